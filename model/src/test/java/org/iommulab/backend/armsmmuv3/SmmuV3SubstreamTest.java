package org.iommulab.backend.armsmmuv3;

import static org.assertj.core.api.Assertions.assertThat;

import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.Reply;
import org.iommulab.pagetable.Prot;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which descriptor an access meets, by its substream (Arm SMMUv3 specification, STE.S1CDMax and STE.S1DSS). */
class SmmuV3SubstreamTest {
    private static final int NONE = DmaMaster.NO_PASID;

    private final SmmuV3Rig rig = new SmmuV3Rig(SmmuV3Rig.ALL_FEATURES, 1);

    // a linear table of two descriptors at most; each says where it leads by what is read
    @ParameterizedTest
    @CsvSource({
        // S1CDMax, S1DSS, substream: end
        "0, 0, -1, first",
        "0, 0, 0, C_BAD_SUBSTREAMID",
        "0, 0, 1, C_BAD_SUBSTREAMID",
        "1, 0, -1, F_STREAM_DISABLED",
        "1, 0, 0, first",
        "1, 1, -1, untranslated",
        "1, 1, 0, first",
        "1, 2, -1, first",
        "1, 2, 0, F_STREAM_DISABLED",
        "1, 2, 1, second",
        "1, 2, 2, C_BAD_SUBSTREAMID"
    })
    void theDescriptorOfAnAccess(int cdMax, int dss, int ssid, String end) {
        rig.on();
        long input = rig.page(0);
        for (int i = 0; i < 2; i++) {
            var table = rig.stageOne();
            table.map(input, rig.page(1 + i), 4096, 1, Prot.READ);
            rig.putCd(SmmuV3Rig.CONTEXTS + i * 64L, rig.context(table));
        }
        for (int i = 0; i < 3; i++) {
            rig.memory.write32(rig.page(i), i);
        }
        long w0 = SmmuV3Rig.CONTEXTS | 0xb | (long) cdMax << SmmuV3Ste.S1CDMAX;
        rig.attach(SmmuV3Rig.SID, new SmmuV3Ste(w0, 0xd4 | dss, 0, 0));

        Reply reply = ssid == NONE ? rig.port.read32(input) : rig.port.read32(input, ssid);

        assertThat(reply)
                .isEqualTo(
                        switch (end) {
                            case "untranslated" -> new Reply.Done(0);
                            case "first" -> new Reply.Done(1);
                            case "second" -> new Reply.Done(2);
                            default -> new Reply.Refused(end);
                        });
    }
}
