// Which of its own jobs a worker runs first.
#pragma once
#include <cstdint>

namespace loopsteal {

/// fifo: the oldest (Tokio, Go). lifo: the newest (Rayon, oneTBB). random: any of them alike.
enum class LocalOrder : std::uint8_t { fifo, lifo, random };

}  // namespace loopsteal
