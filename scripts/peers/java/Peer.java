import java.util.Locale;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveAction;

/**
 * Java's ForkJoinPool: fib, one task for each second call. Called as
 * `Peer WORK WORKERS REPETITIONS SIZE`; the work is done some times to warm up, since the compiler
 * works meanwhile, and then REPETITIONS times, with a line of JSON for each.
 */
public class Peer {
  private static final int WARM_UP = 4;

  static final class Fib extends RecursiveAction {
    private final int n;
    private long value;

    Fib(int n) {
      this.n = n;
    }

    @Override
    protected void compute() {
      if (n < 2) {
        value = n;
        return;
      }
      Fib forked = new Fib(n - 1);
      Fib called = new Fib(n - 2);
      forked.fork();
      called.compute();
      forked.join();
      value = forked.value + called.value;
    }
  }

  static long calls(int n) {
    long previous = 1;
    long calls = 1;
    for (int i = 2; i <= n; i++) {
      long next = 1 + calls + previous;
      previous = calls;
      calls = next;
    }
    return calls;
  }

  public static void main(String[] words) {
    if (words.length != 4 || !words[0].equals("fork_join")) {
      System.err.println("no such work here");
      System.exit(2);
    }
    int size = Integer.parseInt(words[3]);
    ForkJoinPool pool = new ForkJoinPool(Integer.parseInt(words[1]));
    for (int i = 0; i < WARM_UP; i++) pool.invoke(new Fib(size));
    for (int i = 0; i < Integer.parseInt(words[2]); i++) {
      System.gc();
      long begin = System.nanoTime();
      pool.invoke(new Fib(size));
      long taken = System.nanoTime() - begin;
      System.out.printf(
          Locale.ROOT,
          "{\"work\":\"%s\",\"version\":\"%s\",\"operations\":%d,\"ns\":%d}%n",
          words[0], System.getProperty("java.version"), calls(size), taken);
    }
  }
}
