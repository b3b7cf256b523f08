// All of the asyncio layer: programs in asyncio's words, on any scheduler.
//
//   Coroutine<int> answer(Loop& loop) {
//     co_await sleep(loop, 10ms);
//     co_return 42;
//   }
//   const auto scheduler = make_scheduler(parse_spec("event_loop"), {});
//   Loop loop(*scheduler);
//   const int value = run_until_complete(loop, answer(loop));
#pragma once

#include "sched/asyncio/errors.hpp"
#include "sched/asyncio/event.hpp"
#include "sched/asyncio/future.hpp"
#include "sched/asyncio/gather.hpp"
#include "sched/asyncio/handle.hpp"
#include "sched/asyncio/lock.hpp"
#include "sched/asyncio/loop.hpp"
#include "sched/asyncio/queue.hpp"
#include "sched/asyncio/semaphore.hpp"
#include "sched/asyncio/shield.hpp"
#include "sched/asyncio/sleep.hpp"
#include "sched/asyncio/task.hpp"
#include "sched/asyncio/task_group.hpp"
#include "sched/asyncio/timeout.hpp"
#include "sched/asyncio/wait.hpp"
#include "sched/asyncio/wait_for.hpp"
