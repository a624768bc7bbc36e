package org.iommulab.backend.armsmmuv3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import org.iommulab.pagetable.lpae.LpaeRegisters;
import org.iommulab.pagetable.lpae.LpaeRegisters.Control;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bits of entries, commands and events, against the fact sheet's examples. */
class SmmuV3LayoutTest {
    private static final SmmuV3Command.Pages PAGE = new SmmuV3Command.Pages(0x1_2345_6000L, 0, 0, 0, 0, true);
    private static final SmmuV3Command.Pages RANGE = new SmmuV3Command.Pages(0x1_2345_6000L, 0, 0, 1, 3, true);

    private static void assertCommand(SmmuV3Command command, String low, String high) {
        assertThat("%016x %016x".formatted(command.low(), command.high())).isEqualTo(low + " " + high);
    }

    @Test
    void commandsAreTheSheets() {
        assertCommand(SmmuV3Command.prefetch(0x300), "0000030000000001", "0000000000000000");
        assertCommand(SmmuV3Command.forgetSte(0x300, true), "0000030000000003", "0000000000000001");
        assertCommand(SmmuV3Command.forgetAllConfigs(), "0000000000000004", "000000000000001f");
        assertCommand(SmmuV3Command.forgetCd(0x300, 0, true), "0000030000000005", "0000000000000001");
        assertCommand(SmmuV3Command.forgetAsid(11, false), "000b000000000011", "0000000000000000");
        assertCommand(SmmuV3Command.forgetVa(11, false, PAGE), "000b000000000012", "0000000123456001");
        assertCommand(SmmuV3Command.forgetVa(11, false, RANGE), "000b000000000012", "0000000123456701");
        assertCommand(SmmuV3Command.forgetVmid(1), "0000000100000028", "0000000000000000");
        assertCommand(SmmuV3Command.sync(0), "000000000fc02046", "0000000000000000");
        assertCommand(SmmuV3Command.sync(0x4010_0010L), "000000000fc01046", "0000000040100010");
    }

    @Test
    void aContextDescriptorIsTheSheets() {
        var table = new LpaeRegisters.StageOne(0x1_0050_0000L, new Control(5, 0, 3, 1, 1, 16), LpaeRegisters.MAIR);
        SmmuV3Cd cd = SmmuV3Entries.context(11, table);
        assertThat(cd).isEqualTo(new SmmuV3Cd(0x000b_e205_c000_3510L, 0x1_0050_0000L, 0, 0xffff_ffff_f404_ff44L));
        assertThat(cd.inputBits()).isEqualTo(48);
        assertThat(cd.asid()).isEqualTo(11);
        assertThat(cd.records()).isTrue();
        assertThat(cd.abortsAccess()).isTrue();
    }

    @Test
    void streamTableEntriesOfTheSheetAreRead() {
        var one = new SmmuV3Ste(0x0000_0001_0070_000bL, 0xd6, 0, 0);
        assertThat(one.config()).isEqualTo(SmmuV3Ste.STAGE_ONE);
        assertThat(one.cdTable()).isEqualTo(0x1_0070_0000L);
        assertThat(one.defaultSubstream()).isEqualTo(SmmuV3Ste.DSS_SSID0);
        var two = new SmmuV3Ste(0xd, 0, 0x044c_3594_0000_0001L, 0x1_0050_0000L);
        assertThat(two.config()).isEqualTo(SmmuV3Ste.STAGE_TWO);
        assertThat(two.vmid()).isEqualTo(1);
        assertThat(two.s2InputBits()).isEqualTo(44);
        assertThat(two.s2StartLevel()).isEqualTo(2);
        assertThat(two.s2Records()).isTrue();
        assertThat(SmmuV3Entries.abort()).isEqualTo(new SmmuV3Ste(1, 0, 0, 0));
        assertThat(SmmuV3Entries.oldAbort()).isEqualTo(new SmmuV3Ste(1, 0x1000_0000_0000L, 0, 0));
        assertThat(SmmuV3Entries.oldBypass()).isEqualTo(new SmmuV3Ste(9, 0x1000_0000_0000L, 0, 0));
    }

    // the last two lines are those of a real kernel over QEMU's unit
    @ParameterizedTest
    @CsvSource({
        "300,true,true,0000030000000010,0000020000000000",
        "300,false,true,0000030000000010,0000020800000000",
        "28,true,false,0000002800000010,0000000000000000",
        "28,false,false,0000002800000010,0000000800000000"
    })
    void eventsAreTheSheets(String sid, boolean write, boolean saysClass, String w0, String w1) {
        var what = saysClass ? Optional.of(SmmuV3Event.Class.IN) : Optional.<SmmuV3Event.Class>empty();
        var event = SmmuV3Event.ofTranslation(
                SmmuV3Event.Type.F_TRANSLATION, Integer.parseInt(sid, 16), write, false, what, 0x21_0004, 0);
        assertThat("%016x %016x".formatted(event.w0(), event.w1())).isEqualTo(w0 + " " + w1);
        assertThat(event.address()).isEqualTo(0x21_0004);
        assertThat(event.read()).isEqualTo(!write);
    }

    /** A unit that is made of the driver's word for it is found to be just that. */
    @Test
    void featuresComeBack() {
        new Random(8305).ints(2000, 0, 1 << 16).forEach(SmmuV3LayoutTest::featuresComeBack);
    }

    private static void featuresComeBack(int word) {
        // little endian only; forced stalls are stalls
        int possible = word & ~(1 << 3) | 1 << 2 | (word >>> 13 & 1) << 11;
        SmmuV3Idr idr = SmmuV3Idr.of(new SmmuV3Idr.Wish(possible, 44, false, 16, 0, 7));
        int nested = (possible & 3 << 9) == 3 << 9 ? 1 << 19 : 0;
        assertThat(SmmuV3Feature.word(idr.features(idr.coherent())))
                .as("%x", word)
                .isEqualTo(possible | nested);
        assertThat(idr.outputBits()).isEqualTo(44);
        assertThat(idr.inputBits()).isEqualTo(44);
        assertThat(idr.idBits()).isEqualTo(16);
    }

    @Test
    void qemusRegisters() {
        SmmuV3Idr idr = SmmuV3Idr.of(new SmmuV3Idr.Wish(0x8305, 44, false, 16, 0, 7));
        assertThat(SmmuV3Feature.word(idr.features(true))).isEqualTo(0x8305);
        assertThat(idr.pageSizes()).isEqualTo(0x6021_5000L | 1L << 25);
        assertThat(idr.commandQueueBits()).isEqualTo(19);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 19})
    void aQueueGoesAround(int log2) {
        var random = new Random(log2);
        int turns = 8 << Math.min(log2, 8);
        int producer = 0;
        int consumer = 0;
        for (int i = 0; i < turns; i++) {
            int waiting = (1 << log2) - SmmuV3Layout.space(producer, consumer, log2);
            assertThat(SmmuV3Layout.isEmpty(producer, consumer, log2)).isEqualTo(waiting == 0);
            assertThat(SmmuV3Layout.isFull(producer, consumer, log2)).isEqualTo(waiting == 1 << log2);
            if (waiting < 1 << log2 && random.nextInt(3) != 0 || waiting == 0) {
                producer = SmmuV3Layout.next(producer, log2);
            } else {
                consumer = SmmuV3Layout.next(consumer, log2);
            }
        }
    }
}
