package in.aarohan.real;

import java.io.IOException;
import java.util.Arrays;

/**
 * Runs the main class that the first argument names, with the others, until standard input ends: whoever started it has
 * ended then, be it by force, and no server is left behind.
 */
public final class WithParent {
  private WithParent() {}

  public static void main(String[] arguments) throws Exception {
    Thread watch = new Thread(WithParent::endWithInput);
    watch.setDaemon(true);
    watch.start();
    String[] own = Arrays.copyOfRange(arguments, 1, arguments.length);
    Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object) own);
  }

  private static void endWithInput() {
    try {
      while (System.in.read() >= 0) continue;
    } catch (IOException closed) {
      // It has ended, too.
    }
    Runtime.getRuntime().halt(1);
  }
}
