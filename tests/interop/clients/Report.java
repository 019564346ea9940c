import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a driver found: one line for each check, with a reason where it does not
 * hold. A step that throws is a check that does not hold, and the next step is
 * taken all the same.
 */
final class Report {
  /** A request, and what it came to. */
  interface Step {
    Object run() throws Exception;
  }

  private final List<String[]> checks = new ArrayList<>();

  /** Holds if the step comes to what is wanted, and throws nothing. */
  void is(String sentence, Object want, Step step) {
    String reason;
    try {
      Object got = step.run();
      reason = Objects.equals(want, got) ? ""
                                         : "got " + got + ", want " + want;
    } catch (Exception | LinkageError error) {
      reason = "got " + error + ", want " + want;
    }
    checks.add(new String[] {sentence, reason});
  }

  /** Takes a step that later ones need; null if it throws. */
  <T> T need(String sentence, java.util.concurrent.Callable<T> step) {
    List<T> result = new ArrayList<>();
    is(sentence, true, () -> result.add(step.call()));
    return result.isEmpty() ? null : result.get(0);
  }

  /** Prints the checks as the list of pairs that judge.py reads. */
  void print() throws Exception {
    System.out.println(new ObjectMapper().writeValueAsString(checks));
  }
}
