package org.iommulab.app.window;

import java.util.Locale;
import java.util.OptionalInt;

/** Matches what was typed against a title: its letters in order, better the closer together and at word starts. */
final class Fuzzy {
    private Fuzzy() {}

    /** How well it fits, more is better; empty when it does not fit. */
    static OptionalInt score(String query, String title) {
        String wanted = query.toLowerCase(Locale.ROOT);
        String text = title.toLowerCase(Locale.ROOT);
        int whole = text.indexOf(wanted);
        if (whole >= 0) {
            return OptionalInt.of(1000 + (startsWord(text, whole) ? 200 : 0) - text.length());
        }
        int score = 0;
        int at = -1;
        for (int i = 0; i < wanted.length(); i++) {
            char letter = wanted.charAt(i);
            if (letter == ' ') {
                continue;
            }
            int found = text.indexOf(letter, at + 1);
            if (found < 0) {
                return OptionalInt.empty();
            }
            score += found == at + 1 ? 8 : startsWord(text, found) ? 10 : -Math.min(found - at, 6);
            at = found;
        }
        return OptionalInt.of(score - text.length() / 4);
    }

    private static boolean startsWord(String text, int at) {
        return at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
    }
}
