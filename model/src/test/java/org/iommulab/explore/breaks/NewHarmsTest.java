package org.iommulab.explore.breaks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.iommulab.explore.why.Harm;
import org.iommulab.scenario.Chapter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which harms are new. Harms are written as kind and name at a step; steps 1 to 9 are the first act, 10 to 19 the second. */
class NewHarmsTest {
    private static final List<Chapter> ACTS =
            List.of(new Chapter(0, "one", "", 1, 9, "0"), new Chapter(1, "two", "", 10, 19, "0"));

    private static List<Harm> harms(String text) {
        return Arrays.stream(text.split(" "))
                .filter(word -> !word.isEmpty())
                .map(word -> word.split(":"))
                .map(parts -> new Harm(Integer.parseInt(parts[2]), Harm.Kind.valueOf(parts[0]), parts[1]))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        WARN:a:3                 | ''              | WARN:a:3
        WARN:a:3                 | WARN:a:8        | ''
        WARN:a:3                 | WARN:a:12       | ''
        WARN:a:3 WARN:a:5        | WARN:a:9        | WARN:a:3
        WARN:a:3 WARN:a:12       | WARN:a:12       | WARN:a:3
        FAULT:read:3             | FAULT:write:5   | OTHERWISE:read, instead of write:3
        FAULT:read:3             | FAULT:write:12  | FAULT:read:3
        FAULT:read:3             | WARN:a:5        | FAULT:read:3
        WARN:b:3                 | FAULT:write:5   | WARN:b:3
        FAULT:read:3 FAULT:no:4  | FAULT:read:5    | FAULT:no:4
        """)
    void whatTheUsualRunHasExcusesOneLikeIt(String now, String usual, String left) {
        List<String> found = NewHarms.of(harms(now), ACTS, harms(usual), ACTS).stream()
                .map(harm -> harm.kind() + ":" + harm.words() + ":" + harm.step())
                .toList();
        assertThat(String.join(" ", found)).isEqualTo(left);
    }
}
