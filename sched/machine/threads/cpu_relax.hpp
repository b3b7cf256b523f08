// Pause between two looks at memory that another thread will write.
#pragma once

namespace loopsteal {

/// Tells the CPU that this is a spin loop, so it uses less of the shared resources.
inline void cpu_relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb" ::: "memory");
#endif
}

}  // namespace loopsteal
