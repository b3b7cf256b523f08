//! Tokio 1.24. The works of its multi_thread runtime have the shape and the parameters of Tokio's
//! benchmark benches/rt_multi_threaded.rs; those of its current_thread runtime follow our
//! workloads.
mod current;
#[path = "../../common/harness.rs"]
mod harness;
mod multi;
mod timers;
mod wakes;

use harness::Request;

fn main() {
    let request = Request::parse("1.24.2");
    match request.work.as_str() {
        "spawn_many_local" => multi::spawn_many_local(&request),
        "spawn_many_remote_idle" => multi::spawn_many_remote_idle(&request),
        "spawn_many_remote_busy1" => multi::spawn_many_remote_busy1(&request),
        "yield_many" => multi::yield_many(&request),
        "ping_pong" => multi::ping_pong(&request),
        "chained_spawn" => multi::chained_spawn(&request),
        "wake_searching" | "wake_parked" => wakes::wake(&request),
        "loop_yield" => current::yields(&request),
        "loop_create" => current::create(&request),
        "timer_insert" => timers::insert(&request),
        "timer_cancel" => timers::cancel(&request),
        "timer_drain" => timers::drain(&request),
        other => {
            eprintln!("no such work here: {other}");
            std::process::exit(2);
        }
    }
}
