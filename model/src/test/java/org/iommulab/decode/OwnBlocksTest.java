package org.iommulab.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.words.KernelLogText;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The blocks that the lab itself prints are recognised whole, on every architecture and in every release. */
class OwnBlocksTest {
    private static final Term DETACH = Term.function("iommu_detach_device", "drivers/iommu/iommu.c");
    private static final Term NULL = Term.function("NULL pointer dereference", "");

    static Stream<Arguments> blocks() {
        Term text = LogText.of("<4>it did not work");
        return Stream.of(KernelLogText.Arch.values())
                .flatMap(arch -> Stream.of(Version.V6_1, Version.V6_12)
                        .flatMap(release -> Stream.of(
                                Arguments.of(arch, release, EventKind.WARN, DETACH, 0L),
                                Arguments.of(arch, release, EventKind.OOPS, DETACH, 0L),
                                Arguments.of(
                                        arch,
                                        release,
                                        EventKind.OOPS,
                                        NULL,
                                        Term.hex("map").asOperand()),
                                Arguments.of(arch, release, EventKind.OOPS, DETACH, text.asOperand()))));
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void aBlockIsOneReport(KernelLogText.Arch arch, Version release, EventKind kind, Term what, long operand) {
        Machine machine = Machine.recording();
        var thing = new SimObject(machine) {
            @Override
            public String label() {
                return "0000:01:00.0";
            }
        };
        machine.run(Lane.CORE, DETACH, thing, 0, 0, () -> machine.emit(kind, Lane.CORE, what, thing, operand, 0));
        machine.emit(EventKind.WARN, Lane.CORE, DETACH, thing, 0, 0);
        List<String> lines = KernelLogText.lines(machine.finish(), new KernelLogText.Form(arch, true, release)).stream()
                .map(KernelLogText.Line::text)
                .toList();

        List<Decoded> all = LogDecoder.decode(List.of(), lines);

        assertThat(all).hasSize(2);
        assertThat(all.getFirst().count() + all.getLast().count()).isEqualTo(lines.size());
    }
}
