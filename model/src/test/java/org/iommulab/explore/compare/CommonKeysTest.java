package org.iommulab.explore.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommonKeysTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        abcd   | abcd   | 0 1 2 3
        abcd   | abxd   | 0 1 - 3
        abcd   | acd    | 0 - 1 2
        acd    | abcd   | 0 2 3
        abc    | xyz    | - - -
        abcabc | abc    | 0 1 2 - - -
        xaby   | abz    | - 0 1 -
        aaaab  | ab     | 0 - - - 1
        """)
    void pairsTheLongestCommonPart(String left, String right, String partners) {
        assertThat(text(CommonKeys.of(keys(left), keys(right)))).isEqualTo(partners);
    }

    /** More differences than are searched through: what occurs once on both sides still pairs. */
    @Test
    void farApartSequencesArePairedWhereSomethingIsUnique() {
        long[] left = new long[6000];
        long[] right = new long[6000];
        var random = new Random(7);
        for (int i = 0; i < left.length; i++) {
            boolean common = i % 10 == 0;
            left[i] = common ? 1_000_000 + i : random.nextInt(1000);
            right[i] = common ? 1_000_000 + i : 10_000 + random.nextInt(1000);
        }
        int[] partners = CommonKeys.of(left, right);
        for (int i = 0; i < left.length; i++) {
            assertThat(partners[i]).isEqualTo(i % 10 == 0 ? i : -1);
        }
    }

    @Test
    void pairsAreEqualAndNeverCross() {
        var random = new Random(3);
        for (int round = 0; round < 50; round++) {
            long[] left = random.longs(random.nextInt(60), 0, 6).toArray();
            long[] right = random.longs(random.nextInt(60), 0, 6).toArray();
            int[] partners = CommonKeys.of(left, right);
            int before = -1;
            int pairs = 0;
            for (int i = 0; i < left.length; i++) {
                if (partners[i] >= 0) {
                    assertThat(left[i]).isEqualTo(right[partners[i]]);
                    assertThat(partners[i]).isGreaterThan(before);
                    before = partners[i];
                    pairs++;
                }
            }
            assertThat(pairs).isEqualTo(longest(left, right));
        }
    }

    private static int longest(long[] left, long[] right) {
        int[][] best = new int[left.length + 1][right.length + 1];
        for (int i = 1; i <= left.length; i++) {
            for (int j = 1; j <= right.length; j++) {
                best[i][j] =
                        left[i - 1] == right[j - 1] ? best[i - 1][j - 1] + 1 : Math.max(best[i - 1][j], best[i][j - 1]);
            }
        }
        return best[left.length][right.length];
    }

    private static long[] keys(String text) {
        return text.chars().asLongStream().toArray();
    }

    private static String text(int[] partners) {
        return Arrays.stream(partners)
                .mapToObj(partner -> partner < 0 ? "-" : Integer.toString(partner))
                .collect(Collectors.joining(" "));
    }
}
