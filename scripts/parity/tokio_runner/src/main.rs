//! Runs scripted programs (docs/scripts.md) on Tokio's multi_thread runtime with one worker.
//!
//!     tokio_runner PROGRAM.json...
//!     tokio_runner -       programs from standard input, one JSON object a line
//!
//! Prints what `loopsteal script` prints for work_stealing with the preset of this Tokio. Exit
//! status: 0 ran, 2 a program is wrong or misused something (in stream mode its trace says so), 3 a
//! file cannot be read.

mod objects;
mod program;
mod run;
mod task;
mod world;

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use program::{Misuse, Program};

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let stream = files.iter().any(|file| file == "-");
    if files.is_empty() || (stream && files.len() > 1) {
        eprintln!("usage: tokio_runner PROGRAM.json... | tokio_runner -");
        return ExitCode::from(2);
    }
    let ran = if stream { run_stream() } else { run_files(&files) };
    match ran {
        Ok(status) => ExitCode::from(status),
        // The reader of the traces has closed the pipe.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tokio_runner: {error}");
            ExitCode::from(3)
        }
    }
}

fn run_files(files: &[String]) -> io::Result<u8> {
    for file in files {
        let text = std::fs::read(file)
            .map_err(|error| io::Error::new(error.kind(), format!("{file}: {error}")))?;
        let (trace, misuse) = trace_of(&text);
        io::stdout().write_all(trace.as_bytes())?;
        io::stdout().flush()?;
        if let Some(misuse) = misuse {
            eprintln!("{file}: {}: {}", misuse.place, misuse.reason);
            return Ok(2);
        }
    }
    Ok(0)
}

fn run_stream() -> io::Result<u8> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().split(b'\n') {
        let line = line?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let (mut trace, misuse) = trace_of(&line);
        if let Some(misuse) = misuse {
            let place = serde_json::Value::from(misuse.place);
            trace.push_str(&format!("{{\"misuse\":{place}}}\n"));
        }
        out.write_all(trace.as_bytes())?;
        out.flush()?;
    }
    Ok(0)
}

/// Output of a program, up to the misuse that ended it.
fn trace_of(text: &[u8]) -> (String, Option<Misuse>) {
    match Program::parse(text) {
        Ok(program) => run::run(program),
        Err(misuse) => (String::new(), Some(misuse)),
    }
}
