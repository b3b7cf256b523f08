// In which order the waiting are served. None looks at sizes, so all have the same mean wait.
#pragma once

namespace loopsteal::theory {

enum class Order {
  fifo,    ///< Longest waiting first.
  lifo,    ///< Last come, first served; what has begun is finished first.
  random,  ///< Any of the waiting, each as likely.
};

}  // namespace loopsteal::theory
