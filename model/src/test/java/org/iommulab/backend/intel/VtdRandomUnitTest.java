package org.iommulab.backend.intel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.intel.VtdRig.RW;

import java.util.Random;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.sim.Machine;
import org.iommulab.testkit.TravelCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is written to registers and tables: accesses end, and nothing is thrown. */
class VtdRandomUnitTest {
    private static final long SEED = 13_04;

    private final Random random = new Random(SEED);

    private static VtdCaps caps(String name) {
        return name.equals("QEMU") ? VtdCaps.QEMU : VtdUnitRig.SERVER;
    }

    /** Often an address in RAM, so that walks go deep. */
    private long word() {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextLong();
            case 1 -> VtdRig.RAM | random.nextInt(1 << 20) & -4096 | random.nextInt(4096) | 1;
            case 2 -> VtdUnitRig.CONTEXTS | 1 << random.nextInt(12) | 1;
            case 3 -> VtdUnitRig.DIRECTORY | random.nextInt(2) << 12 | random.nextInt(1 << 9) | 1;
            default -> 1L << random.nextInt(64);
        };
    }

    private void fillTables(VtdUnitRig rig) {
        for (int i = 0; i < 2000; i++) {
            rig.rig.memory.write64(VtdRig.RAM + (random.nextInt(1 << 20) & -8), word());
            rig.rig.memory.write64(VtdUnitRig.ROOT + (random.nextInt(1 << 13) & -8), word());
            rig.rig.memory.write64(VtdUnitRig.DIRECTORY + (random.nextInt(1 << 13) & -8), word());
            rig.rig.memory.write64(VtdUnitRig.QUEUE + (random.nextInt(1 << 13) & -8), descriptor());
        }
    }

    private long descriptor() {
        return random.nextBoolean() ? random.nextLong() : random.nextInt(10) | random.nextInt(1 << 20) << 4 & -16;
    }

    private void writeRegister(VtdUnitRig rig) {
        var known = VtdLayout.registers(rig.caps, 0x10);
        int offset = random.nextInt(8) == 0
                ? random.nextInt(0x1000)
                : known.get(random.nextInt(known.size())).offset();
        long value = random.nextBoolean() ? random.nextLong() : word();
        switch (random.nextInt(4)) {
            case 0 -> rig.unit.write32(offset + random.nextInt(8), (int) value);
            case 1 -> rig.unit.write64(offset, value);
            case 2 -> rig.unit.read32(offset + random.nextInt(8));
            default -> rig.unit.read64(offset);
        }
        rig.unit.registers();
    }

    private void access(VtdUnitRig rig, String where) {
        var port = rig.port(random.nextInt(4) == 0 ? random.nextInt(1 << 16) : VtdUnitRig.SSD + random.nextInt(4));
        long input = (random.nextBoolean() ? random.nextLong() : random.nextLong(1L << 40)) & ~3L;
        var trace = rig.unit.trace(port, input, false);
        rig.unit.trace(input, true);
        rig.unit.translating(port);
        rig.unit.refuses(port);
        rig.unit.tableBase(port);
        rig.unit.tlb();
        rig.unit.fault();
        if (random.nextInt(4) == 0) {
            rig.unit.access(port, input, true);
            return;
        }
        Reply reply = port.read32(input);
        switch (trace.verdict()) {
            case Verdict.Redirected redirected -> throw new AssertionError("no such thing here: " + redirected);
            case Verdict.Refused(String cause) -> assertThat(reply).as(where).isEqualTo(new Reply.Refused(cause));
            case Verdict.Reached reached -> assertThat(reply).as(where).matches(r -> goes(rig, r, reached.output()));
            case Verdict.Untranslated(long output) ->
                assertThat(reply).as(where).matches(r -> goes(rig, r, output));
        }
    }

    private static boolean goes(VtdUnitRig rig, Reply reply, long output) {
        return rig.rig.memory.contains(output, 4)
                ? reply instanceof Reply.Done
                : reply.equals(new Reply.NoAnswer(output));
    }

    @ParameterizedTest
    @CsvSource({"QEMU, false", "SERVER, false", "SERVER, true"})
    void nothingIsThrownAndThePictureSaysWhatHappens(String name, boolean scalable) {
        var rig = new VtdUnitRig(caps(name), Machine.unrecorded()).on(scalable);
        for (int i = 0; i < 10_000; i++) {
            String where = "seed %d, operation %d".formatted(SEED, i);
            if (i % 500 == 0) {
                fillTables(rig);
            }
            switch (random.nextInt(4)) {
                case 0 -> writeRegister(rig);
                case 1 -> rig.unit.write32(VtdLayout.IQT, random.nextInt(1 << 13) & -16);
                default -> access(rig, where);
            }
            if (i % 50 == 0) {
                rig.unit.write32(VtdLayout.FSTS, 0xff);
                rig.on(scalable);
            }
        }
    }

    @Test
    void itsStateCanBeUndoneStepByStep() {
        var rig = new VtdUnitRig(VtdUnitRig.SERVER).on(true);
        var table = rig.first();
        rig.put(VtdPasidEntry.firstLevel(table.base(), VtdUnitRig.DOMAIN, 2, false, false, true, false));
        table.map(0x1000, rig.page(0), 4096, 1, RW);
        rig.ssd.write32(0x1000, 1);
        rig.ssd.read32(0x5000);
        var second = rig.second(5);
        second.map(0x20_0000, rig.page(512), 4096, 512, RW);
        second.dropTop();
        rig.put(VtdPasidEntry.secondLevel(second.base(), VtdUnitRig.DOMAIN, 2, true));
        rig.send(VtdDescriptor.pasidCache(VtdDescriptor.ONE_PASID, VtdUnitRig.DOMAIN, 0));
        rig.ssd.read32(0x20_0000);
        rig.clear(0);
        rig.send(new VtdDescriptor(0, 0));

        var machine = rig.rig.machine;
        TravelCheck.thereAndBack(machine, () -> assertThat(rig.irq.isRaised()).isFalse());
        assertThat(second.levels()).isEqualTo(4);
        assertThat(second.translate(0x20_1004)).isEqualTo(rig.page(513) + 4);
        assertThat(rig.status(VtdLayout.IQE)).isTrue();
    }
}
