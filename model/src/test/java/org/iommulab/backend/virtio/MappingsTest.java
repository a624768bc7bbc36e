package org.iommulab.backend.virtio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.iommulab.backend.virtio.Mappings.Mapping;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class MappingsTest {
    private final Machine machine = Machine.unrecorded();
    private final Mappings mappings = new Mappings(machine);

    /** Against a list that is sorted anew each time. */
    @RepeatedTest(20)
    void isASortedListWithOverlaps(RepetitionInfo run) {
        var random = new Random(run.getCurrentRepetition());
        var model = new ArrayList<Mapping>();
        for (int i = 0; i < 300; i++) {
            long start = (random.nextInt(64) - 32L) << 58 | random.nextInt(64) << 12;
            if (random.nextInt(3) == 0 && !model.isEmpty()) {
                Mapping gone = model.get(random.nextInt(model.size()));
                model.remove(gone);
                mappings.remove(gone);
            } else {
                long last = start + (random.nextInt(4) + 1L << 12) - 1;
                var made = new Mapping(start, last, random.nextLong(), random.nextInt(8));
                model.add(made);
                mappings.add(made);
            }
            model.sort(Comparator.comparing(Mapping::start, Long::compareUnsigned));
            assertThat(mappings.toList()).isEqualTo(model);
            long asked = (random.nextInt(64) - 32L) << 58 | random.nextInt(1 << 18);
            assertThat(mappings.find(asked))
                    .isEqualTo(model.stream()
                            .filter(m -> Long.compareUnsigned(m.start(), asked) <= 0
                                    && Long.compareUnsigned(m.last(), asked) >= 0)
                            .findFirst());
        }
    }

    @Test
    void aMappingOfAllAddresses() {
        mappings.add(new Mapping(0, -1, 0, 3));
        assertThat(mappings.find(-4096).orElseThrow().output(-4096)).isEqualTo(-4096);
        assertThat(mappings.pages()).isEqualTo(1L << 52);
    }

    /** What is taken out makes room for what comes. */
    @Test
    void nodesAreUsedAgain() {
        var mapping = new Mapping(0, 4095, 0, 3);
        mappings.add(mapping);
        mappings.remove(mapping);
        int before = machine.newCells(0);
        mappings.add(mapping);
        assertThat(machine.newCells(0)).isEqualTo(before);
        assertThat(mappings.toList()).isEqualTo(List.of(mapping));
        mappings.clear();
        assertThat(mappings.toList()).isEmpty();
    }
}
