// A piece of measuring in a process of its own, so that what one run leaves behind in memory (free
// frames in whatever order, pages, caches) does not meet the next.
#pragma once

#include <functional>
#include <vector>

namespace loopsteal {

/// What `work` returns when a fork of this process calls it. That process sees the memory as it is
/// here, and changes none of it. Throws std::runtime_error with the message of what `work` throws,
/// or that says how the process died; std::system_error if there can be none. From one thread; the
/// locks that other threads hold are held for ever in there.
std::vector<double> in_own_process(const std::function<std::vector<double>()>& work);

}  // namespace loopsteal
