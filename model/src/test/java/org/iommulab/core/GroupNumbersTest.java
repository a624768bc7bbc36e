package org.iommulab.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;

class GroupNumbersTest {
    @Test
    void theyGoOnBeyondABlock() {
        var numbers = new GroupNumbers(Machine.unrecorded());
        IntStream.range(0, 2500).forEach(i -> assertThat(numbers.take()).isEqualTo(i));
        numbers.giveBack(2048);
        numbers.giveBack(64);
        assertThat(numbers.take()).isEqualTo(64);
        assertThat(numbers.take()).isEqualTo(2048);
        assertThat(numbers.take()).isEqualTo(2500);
    }

    @Test
    void alwaysTheSmallestThatIsFree() {
        var random = new Random(7);
        var numbers = new GroupNumbers(Machine.unrecorded());
        var out = new TreeSet<Integer>();
        for (int i = 0; i < 3000; i++) {
            if (random.nextInt(5) < 2 && !out.isEmpty()) {
                int back = out.stream()
                        .skip(random.nextInt(out.size()))
                        .findFirst()
                        .orElseThrow();
                out.remove(back);
                numbers.giveBack(back);
            } else {
                int smallest = IntStream.iterate(0, n -> n + 1)
                        .filter(n -> !out.contains(n))
                        .findFirst()
                        .orElseThrow();
                assertThat(numbers.take()).isEqualTo(smallest);
                out.add(smallest);
            }
        }
    }
}
