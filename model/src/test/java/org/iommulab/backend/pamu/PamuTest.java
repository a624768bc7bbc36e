package org.iommulab.backend.pamu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.iommulab.hardware.Access;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PamuTest {
    private static final int LIODN = 0x65;
    private static final long TABLE = 0x1_0000;
    private static final long SECONDARY = 0x3_0000;
    private static final long RAM = 1 << 20;
    private static final int PAGE_SIZE_FIELD = 0x0b;
    private static final int ALL = 3;

    private final Machine machine = Machine.recording();
    private final PhysicalMemory memory = new PhysicalMemory(machine, 0, RAM);
    private final InterruptLine irq = new InterruptLine(machine, "irq");
    private final PamuBypass bypass = new PamuBypass(machine, 2);
    private final Pamu unit = new Pamu(machine, "ffe020000.iommu", 0, memory, irq, bypass);
    private final DmaMaster master = port(LIODN);

    private DmaMaster port(int liodn) {
        return new DmaMaster(machine, "device", Optional.of(unit), List.of(liodn), memory);
    }

    private void enable() {
        unit.write32(PamuLayout.PPBAL, (int) TABLE);
        unit.write32(PamuLayout.PPLAL, (int) TABLE + 0x500 * 64);
        unit.write32(PamuLayout.SPBAL, (int) SECONDARY);
        unit.write32(PamuLayout.PICS, PamuLayout.PICS_AV_ENABLE);
        unit.write32(PamuLayout.PC, PamuLayout.PC_PE);
        bypass.write32(PamuLayout.PAMUBYPENR, bypass.read32(PamuLayout.PAMUBYPENR) & ~PamuLayout.bypassBit(0));
    }

    private void word(long entry, int offset, int value) {
        memory.write32(entry + offset, value);
    }

    /** A window with translation to another base. */
    private long window(long base, int sizeField, int access, long target) {
        long entry = TABLE + 64 * LIODN;
        word(entry, PamuLayout.WBAH, (int) (base >>> 32));
        word(entry, PamuLayout.ADDR_BITFIELDS, (int) base | sizeField << 6 | access << 3 | PamuLayout.VALID);
        word(entry, PamuLayout.IMPL_ATTR, PamuLayout.TRANSLATE_WINDOW << PamuLayout.TRANSLATE_SHIFT);
        word(entry, PamuLayout.TWBAH, (int) (target >>> 32));
        word(entry, PamuLayout.WIN_BITFIELDS, (int) target | sizeField << 6);
        return entry;
    }

    private Access read(long input) {
        return unit.access(master, input, false);
    }

    private Access write(long input) {
        return unit.access(master, input, true);
    }

    private static Access.Refused refused(PamuLayout.Violation violation) {
        return new Access.Refused(violation.words());
    }

    @Test
    void bypassedOrDisabledItLetsEverythingPass() {
        assertThat(read(0x1234)).isEqualTo(new Access.Pass(0x1234));
        unit.write32(PamuLayout.PC, PamuLayout.PC_PE);
        assertThat(read(0x1234)).as("bypassed").isEqualTo(new Access.Pass(0x1234));
        assertThat(bypass.read32(PamuLayout.PAMUBYPENR)).isEqualTo(0xc000_0000);
        enable();
        assertThat(read(0x1234)).isEqualTo(refused(PamuLayout.Violation.DISABLED));
        unit.write32(PamuLayout.PC, 0);
        assertThat(read(0x1234)).as("disabled").isEqualTo(new Access.Pass(0x1234));
    }

    @Test
    void aWindowExchangesItsBase() {
        enable();
        window(0xa_1234_5000L, PAGE_SIZE_FIELD, ALL, 0x6_0000);
        memory.write32(0x6_0010, 42);
        assertThat(master.read32(0xa_1234_5010L)).isEqualTo(new Reply.Done(42));
        assertThat(unit.translating(master)).isTrue();
        assertThat(unit.refuses(master)).isFalse();
        assertThat(unit.tableBase(master)).isEqualTo(TABLE + 0x1940);
        assertThat(unit.trace(master, 0xa_1234_5010L, true).verdict())
                .isEqualTo(new Verdict.Reached(0x6_0010, 4096, "rw"));
    }

    @Test
    void withoutTranslationTheAddressIsPhysical() {
        enable();
        long entry = window(0, 35, ALL, 0x6_0000);
        word(entry, PamuLayout.IMPL_ATTR, 0);
        assertThat(read(0x7_0000)).isEqualTo(new Access.Pass(0x7_0000));
        assertThat(unit.translating(master)).isFalse();
        assertThat(unit.refuses(master)).isFalse();
    }

    // input, write, permission field, class bits in AVS1 or -1 for an access that passes
    @ParameterizedTest
    @CsvSource({
        "0x12345000, false, 3, -1",
        "0x12345ffc, true, 3, -1",
        "0x12344ffc, false, 3, 0x80",
        "0x12346000, false, 3, 0x80",
        "0x112345000, false, 3, 0x80",
        "0x12345000, true, 1, 0x8",
        "0x12345000, false, 1, -1",
        "0x12345000, false, 2, 0x8",
        "0x12345000, true, 2, -1",
        "0x12345000, false, 0, 0x8"
    })
    void windowAndPermissionAreChecked(long input, boolean write, int permission, int bits) {
        enable();
        long entry = window(0x1234_5000L, PAGE_SIZE_FIELD, permission, 0x6_0000);
        Access access = unit.access(master, input, write);
        if (bits < 0) {
            assertThat(access).isEqualTo(new Access.Pass(0x6_0000 | input & 0xfff));
            assertThat(unit.read32(PamuLayout.AVS1)).isZero();
        } else {
            assertThat(access).isInstanceOf(Access.Refused.class);
            assertThat(unit.read32(PamuLayout.AVS1)).isEqualTo(LIODN << 16 | bits | 1);
            assertThat(unit.read32(PamuLayout.AVAL)).isEqualTo((int) input);
            assertThat(unit.read32(PamuLayout.AVAH)).isEqualTo((int) (input >>> 32));
            assertThat(unit.read32(PamuLayout.POEAL)).isEqualTo((int) entry);
        }
    }

    @ParameterizedTest
    @CsvSource({"0x4ff, DISABLED", "0x500, UNKNOWN_LIODN", "0xffff, UNKNOWN_LIODN"})
    void aLiodnBeyondTheTableIsUnknown(int liodn, PamuLayout.Violation violation) {
        enable();
        assertThat(unit.access(port(liodn), 0, false)).isEqualTo(refused(violation));
        assertThat(unit.refuses(port(liodn))).isTrue();
    }

    @Test
    void oneViolationIsLatchedUntilItIsCleared() {
        enable();
        var seen = new ArrayList<Integer>();
        irq.connect(() -> seen.add(unit.read32(PamuLayout.PICS)));
        read(0x1000);
        read(0x2000);
        assertThat(seen).containsExactly(PamuLayout.PICS_AV_ENABLE | PamuLayout.PICS_AV_STATUS);
        assertThat(unit.read32(PamuLayout.AVAL)).isEqualTo(0x1000);
        assertThat(irq.isRaised()).isTrue();

        unit.write32(PamuLayout.PICS, 0);
        assertThat(unit.read32(PamuLayout.PICS)).as("the status stays").isEqualTo(PamuLayout.PICS_AV_STATUS);
        unit.write32(PamuLayout.AVS1, unit.read32(PamuLayout.AVS1) & PamuLayout.AVS1_STATUS);
        assertThat(unit.read32(PamuLayout.PICS)).isZero();
        assertThat(irq.isRaised()).isFalse();
        assertThat(unit.fault()).isEmpty();

        write(0x3000);
        assertThat(seen).as("silenced").hasSize(1);
        assertThat(unit.fault()).isEqualTo("LIODN 0x65: access violation at 0x3000");
        unit.write32(PamuLayout.PICS, PamuLayout.PICS_AV_ENABLE);
        assertThat(seen).as("pending when it is enabled").hasSize(2);
    }

    @Test
    void subwindowsAreInTheSecondaryTable() {
        enable();
        long entry = window(0, 0x0d, ALL, 0x6_0000);
        word(entry, PamuLayout.ADDR_BITFIELDS, memory.read32(entry + 4) | PamuLayout.MULTI_WINDOW);
        // 16 KiB in four subwindows of 4 KiB; the first is the primary entry's
        word(entry, PamuLayout.IMPL_ATTR, PamuLayout.TRANSLATE_WINDOW << 2 | 1 << PamuLayout.SUBWINDOWS_SHIFT);
        word(entry, PamuLayout.WIN_BITFIELDS, 0x6_0000 | PAGE_SIZE_FIELD << 6);
        word(entry, PamuLayout.FSPI, 5);
        long second = SECONDARY + 64 * 6;
        word(second, PamuLayout.ADDR_BITFIELDS, PamuLayout.ACCESS_QUERY << 3 | PamuLayout.VALID);
        word(second, PamuLayout.IMPL_ATTR, PamuLayout.TRANSLATE_WINDOW << 2);
        word(second, PamuLayout.WIN_BITFIELDS, 0x9_0000 | PAGE_SIZE_FIELD << 6);

        assertThat(read(0x0123)).isEqualTo(new Access.Pass(0x6_0123));
        assertThat(read(0x1123)).isEqualTo(refused(PamuLayout.Violation.DISABLED));
        assertThat(read(0x2123)).isEqualTo(new Access.Pass(0x9_0123));
        assertThat(write(0x2123)).isEqualTo(refused(PamuLayout.Violation.PERMISSION));
        assertThat(read(0x4000)).isEqualTo(refused(PamuLayout.Violation.WINDOW));
        assertThat(unit.trace(master, 0x2123, false).levels()).hasSize(2);
    }

    @Test
    void aTableWithoutMemoryRefuses() {
        enable();
        unit.write32(PamuLayout.PPBAH, 0xf);
        unit.write32(PamuLayout.PPLAH, 0xf);
        assertThat(read(0)).isEqualTo(refused(PamuLayout.Violation.NO_TABLE));
        assertThat(unit.refuses(master)).isTrue();
    }

    @Test
    void theRegistersTellWhatTheyMean() {
        enable();
        window(0, 35, ALL, 0);
        assertThat(unit.registers().stream().map(r -> r.name() + ": " + r.meaning()))
                .contains("PPBAL: primary table at 0x10000", "PC: enabled", "PICS: violations interrupt", "AVS1: ");
        var level = unit.trace(master, 0x1234, false).levels().getFirst();
        assertThat(level.entryAddress()).isEqualTo(TABLE + 0x1940);
        assertThat(level.sentence()).startsWith("A window of 64G from 0x0 that comes out at 0x0.");
        assertThat(level.decoded().stream()
                        .mapToInt(f -> f.high() - f.low() + 1)
                        .sum())
                .isEqualTo(32);
        assertThat(level.around()).hasSize(9).anyMatch(e -> e.kind().equals("64G rw"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void randomRegistersAndTablesNeverThrow(long seed) {
        var random = new Random(seed);
        enable();
        for (int i = 0; i < 2_000; i++) {
            switch (random.nextInt(4)) {
                case 0 -> unit.write32(randomOffset(random), random.nextInt());
                case 1 -> word(TABLE, random.nextInt(0x4000) & ~3, random.nextInt());
                case 2 -> enable();
                default ->
                    window(random.nextLong() & ~0xfffL, random.nextInt(64), random.nextInt(4), random.nextLong());
            }
            long input = random.nextLong() >>> random.nextInt(64);
            boolean write = random.nextBoolean();
            DmaMaster port = random.nextBoolean() ? master : port(random.nextInt());
            Verdict expected = unit.trace(port, input, write).verdict();
            Access access = unit.access(port, input, write);
            String where = "seed " + seed + ", step " + i;
            switch (expected) {
                case Verdict.Reached reached ->
                    assertThat(access).as(where).isEqualTo(new Access.Pass(reached.output()));
                case Verdict.Untranslated same ->
                    assertThat(access).as(where).isEqualTo(new Access.Pass(same.output()));
                case Verdict.Redirected redirected -> throw new AssertionError("no such thing here: " + redirected);
                case Verdict.Refused refused ->
                    assertThat(access).as(where).isEqualTo(new Access.Refused(refused.cause()));
            }
            assertThat(unit.registers()).hasSize(PamuLayout.REGISTERS.size());
            assertThat(port.read32(input)).as(where).isNotNull();
        }
    }

    private static int randomOffset(Random random) {
        return PamuLayout.REGISTERS
                .get(random.nextInt(PamuLayout.REGISTERS.size()))
                .offset();
    }
}
