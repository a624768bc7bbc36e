package org.iommulab.backend.amd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.testkit.TravelCheck;
import org.junit.jupiter.api.Test;

/** Whatever is written to registers and tables: accesses end, and nothing is thrown. */
class AmdRandomUnitTest {
    private static final long SEED = 26_04;
    private static final int[] OFFSETS =
            AmdLayout.registers(0).stream().mapToInt(r -> r.offset()).toArray();

    private final Random random = new Random(SEED);
    private final AmdUnitRig rig = new AmdUnitRig();

    /** Often an address in RAM, so that walks go deep. */
    private long word() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> AmdRig.RAM | random.nextInt(1 << 20) & -4096 | random.nextInt(4096) | 3L << 61 | 1;
            case 2 -> AmdUnitRig.DEVICE_TABLE + random.nextInt(1 << 16) | 0x1ff;
            default -> 1L << random.nextInt(64);
        };
    }

    private void fillTables() {
        for (int i = 0; i < 4000; i++) {
            rig.rig.memory.write64(AmdRig.RAM + (random.nextInt(1 << 20) & -8), word());
            rig.rig.memory.write64(
                    AmdUnitRig.DEVICE_TABLE + (random.nextInt(1 << 15) & -8), word() | random.nextInt(4));
            rig.rig.memory.write64(AmdUnitRig.COMMANDS + (random.nextInt(1 << 13) & -8), command());
        }
    }

    private long command() {
        return random.nextBoolean()
                ? random.nextLong()
                : (long) (1 + random.nextInt(8)) << 60 | random.nextInt(1 << 20);
    }

    private void writeRegister() {
        int offset = random.nextInt(8) == 0 ? random.nextInt(0x4000) : OFFSETS[random.nextInt(OFFSETS.length)];
        long value = random.nextBoolean() ? random.nextLong() : random.nextInt(1 << 17) | 1;
        switch (random.nextInt(4)) {
            case 0 -> rig.unit.write32(offset + random.nextInt(8), (int) value);
            case 1 -> rig.unit.write64(offset, value);
            case 2 -> rig.unit.read32(offset + random.nextInt(8));
            default -> rig.unit.read64(offset);
        }
        rig.unit.registers();
    }

    private void access(String where) {
        var port = rig.port(random.nextInt(1 << 10));
        long input = (random.nextBoolean() ? random.nextLong() : random.nextLong(1L << 40)) & ~3L;
        boolean write = random.nextBoolean();
        var trace = rig.unit.trace(port, input, write);
        rig.unit.trace(input, write);
        rig.unit.translating(port);
        rig.unit.tableBase(port);
        rig.unit.tlb();
        rig.unit.fault();
        Reply reply = write
                ? rig.rig.memory.contains(input, 4) ? port.read32(input) : port.write32(input, 1)
                : port.read32(input);
        if (write && rig.rig.memory.contains(input, 4)) {
            return;
        }
        switch (trace.verdict()) {
            case Verdict.Redirected redirected -> throw new AssertionError("no such thing here: " + redirected);
            case Verdict.Refused(String cause) -> assertThat(reply).as(where).isEqualTo(new Reply.Refused(cause));
            case Verdict.Reached reached -> assertThat(reply).as(where).matches(r -> goes(r, reached.output()));
            case Verdict.Untranslated(long output) ->
                assertThat(reply).as(where).matches(r -> goes(r, output));
        }
    }

    private boolean goes(Reply reply, long output) {
        return rig.rig.memory.contains(output, 4)
                ? reply instanceof Reply.Done
                : reply.equals(new Reply.NoAnswer(output));
    }

    @Test
    void nothingIsThrownAndThePictureSaysWhatHappens() {
        rig.on();
        for (int i = 0; i < 20_000; i++) {
            String where = "seed %d, operation %d".formatted(SEED, i);
            if (i % 500 == 0) {
                fillTables();
            }
            switch (random.nextInt(4)) {
                case 0 -> writeRegister();
                case 1 -> rig.send(AmdCommand.of(command(), random.nextLong()));
                default -> access(where);
            }
            if (i % 50 == 0) {
                rig.on();
            }
        }
    }

    @Test
    void itsStateCanBeUndoneStepByStep() {
        var table = rig.rig.host(3);
        rig.unit.write64(AmdLayout.DEV_TABLE, AmdUnitRig.DEVICE_TABLE | 0x1ff);
        rig.unit.write64(AmdLayout.CMD_BUF, AmdUnitRig.COMMANDS | AmdLayout.LENGTH_512);
        rig.unit.write64(AmdLayout.EVT_BUF, AmdUnitRig.EVENTS | AmdLayout.LENGTH_512);
        rig.unit.write64(AmdLayout.CONTROL, 0x100f);
        rig.put(AmdUnitRig.GPU, AmdDte.host(table.base(), 3, 1, false));
        table.map(0x1000, rig.page(0), 4096, 1, AmdRig.RW);
        rig.gpu.write32(0x1000, 1);
        table.map(1L << 39, rig.page(1), 4096, 1, AmdRig.RW);
        rig.gpu.read32(1L << 39);
        rig.attach(AmdUnitRig.GPU, AmdDte.host(table.base(), 4, 1, false));
        rig.gpu.read32(1L << 39);
        rig.send(new AmdCommand(0, 0, 0, 0));

        TravelCheck.thereAndBack(
                rig.rig.machine, () -> assertThat(table.translate(0x1000)).isEqualTo(-1));
        assertThat(table.translate(1L << 39)).isEqualTo(rig.page(1));
        assertThat(table.mode()).isEqualTo(4);
    }
}
