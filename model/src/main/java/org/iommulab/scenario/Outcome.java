package org.iommulab.scenario;

/** How a run ended, in the words of the command line's last line. */
public sealed interface Outcome {
    /** Nothing broke and nothing warned. */
    record Ok() implements Outcome {}

    /** It went on, but a rule broke, a WARN fired, an action failed or a device saw wrong data. */
    record Broken(String why) implements Outcome {}

    /** The kernel or the thread died: BUG, NULL call, panic. */
    record Oops(String why) implements Outcome {}

    /** Nothing happens any more. */
    record Hang(String why) implements Outcome {}

    /** The word that scenario files use: {@code ok}, {@code broken}, {@code oops}, {@code hang}. */
    default String word() {
        return switch (this) {
            case Ok _ -> "ok";
            case Broken _ -> "broken";
            case Oops _ -> "oops";
            case Hang _ -> "hang";
        };
    }

    /** As the command line prints it: {@code ok}, {@code hang (...)}. */
    default String text() {
        return switch (this) {
            case Ok _ -> "ok";
            case Broken(String why) -> "broken (" + why + ")";
            case Oops(String why) -> "oops (" + why + ")";
            case Hang(String why) -> "hang (" + why + ")";
        };
    }
}
