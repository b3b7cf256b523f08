// Contexts of one OS thread, to switch between by hand: what model threads run on.
//
// Not OS threads that hand a baton: a hand-over would cost a thousand times as much, and a test
// sees a million schedules. Not for TSan, which would have nothing to see: all is one OS thread.
#pragma once
#include <cstddef>
#include <memory>

#include <ucontext.h>

#if defined(__SANITIZE_ADDRESS__)
#define LOOPSTEAL_MODEL_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LOOPSTEAL_MODEL_ASAN 1
#endif
#endif
#ifdef LOOPSTEAL_MODEL_ASAN
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#endif

namespace loopsteal::model {

/// A context with a stack of its own, or the one that the OS thread began with.
class Fiber {
 public:
  /// Makes the next switch here call `entry`, which must not return.
  void prepare(void (*entry)()) {
    if (!memory_) memory_ = std::make_unique<char[]>(kStackBytes);
    stack_ = memory_.get();
    stack_bytes_ = kStackBytes;
    getcontext(&context_);
    context_.uc_stack.ss_sp = memory_.get();
    context_.uc_stack.ss_size = kStackBytes;
    context_.uc_link = nullptr;
    makecontext(&context_, entry, 0);
  }

  /// Goes on at `to`; returns when somebody switches back. `for_good`: nobody will.
  void switch_to(Fiber& to, [[maybe_unused]] bool for_good) {
#ifdef LOOPSTEAL_MODEL_ASAN
    // ASan is told, as it keeps a shadow of the stack in use.
    void* fake_stack = nullptr;
    __sanitizer_start_switch_fiber(for_good ? nullptr : &fake_stack, to.stack_, to.stack_bytes_);
    swapcontext(&context_, &to.context_);
    __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
#else
    swapcontext(&context_, &to.context_);
#endif
  }

  /// The first thing an entry does. `origin` is what the first fiber of all was entered from: the
  /// OS thread, whose stack only ASan knows.
  static void entered([[maybe_unused]] Fiber& origin) {
#ifdef LOOPSTEAL_MODEL_ASAN
    const void* stack = nullptr;
    std::size_t stack_bytes = 0;
    __sanitizer_finish_switch_fiber(nullptr, &stack, &stack_bytes);
    if (origin.stack_ == nullptr) {
      origin.stack_ = stack;
      origin.stack_bytes_ = stack_bytes;
    }
#endif
  }

 private:
  static constexpr std::size_t kStackBytes = 128 * 1024;

  ucontext_t context_{};
  std::unique_ptr<char[]> memory_;
  const void* stack_ = nullptr;
  std::size_t stack_bytes_ = 0;
};

/// Leaks are no leaks meanwhile: a failing schedule abandons its threads where they are.
class LeaksTolerated {
 public:
#ifdef LOOPSTEAL_MODEL_ASAN
  LeaksTolerated() { __lsan_disable(); }
  ~LeaksTolerated() { __lsan_enable(); }
#else
  LeaksTolerated() {}
  ~LeaksTolerated() {}
#endif
  LeaksTolerated(const LeaksTolerated&) = delete;
  LeaksTolerated& operator=(const LeaksTolerated&) = delete;
};

}  // namespace loopsteal::model
