package org.iommulab.backend.pamu;

import java.util.List;
import org.iommulab.decode.Bits;
import org.iommulab.decode.Explanation;
import org.iommulab.decode.FaultText;
import org.iommulab.decode.Found;
import org.iommulab.decode.Hex;
import org.iommulab.decode.LineForm;
import org.iommulab.decode.Report;
import org.iommulab.hardware.BitField;

/** The lines of Freescale's driver (drivers/iommu/fsl_pamu.c, pamu_av_isr). */
public final class PamuFaultText implements FaultText {
    private static final String SOURCE = "pamu_av_isr";
    private static final String FRONT = "{?fsl-pamu: ?}{?pamu_av_isr: ?}";
    private static final int WORDS = 4;

    private static final List<Report> REPORTS = List.of(
            registers(new Report(
                            LineForm.of("pamu_av_isr: access violation interrupt"), List.of(), PamuFaultText::explain)
                    .then(LineForm.of(FRONT + "POES1={poes1:x}"))),
            registers(new Report(LineForm.of("pamu_av_isr: POES1={poes1:x}"), List.of(), PamuFaultText::explain)));

    @Override
    public String title() {
        return "Freescale PAMU";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Report registers(Report report) {
        return report.then(LineForm.of(FRONT + "POES2={poes2:x}"))
                .then(LineForm.of(FRONT + "AVS1={avs1:x}"))
                .then(LineForm.of(FRONT + "AVS2={avs2:x}"))
                .then(LineForm.of(FRONT + "AVA={ava:x}"))
                .then(LineForm.of(FRONT + "UDAD={udad:x}"))
                .then(LineForm.of(FRONT + "POEA={poea:x}"))
                .then(LineForm.of(FRONT + "PAACE[{n:d}]={paace:x}"), WORDS)
                .then(LineForm.of(FRONT + "Disabling liodn {disabled:x}"));
    }

    private static Explanation explain(Found found) {
        long avs1 = found.hex("avs1");
        Explanation explanation = Explanation.of(
                "DMA refused",
                found.has("avs1")
                        ? "The device with LIODN " + Hex.of(liodn(avs1)) + " accessed " + found.text("ava")
                                + ", which its window does not allow."
                                + (found.has("disabled") ? " It is cut off until it is attached again." : "")
                        : "A PAMU has an access violation; the registers are not in the log.");
        explanation.field("POES1", found.text("poes1"), "status of an operation error", SOURCE);
        explanation.field("POES2", found.text("poes2"), "more of it", SOURCE);
        if (found.has("avs1")) {
            explanation.bits("AVS1", found.text("avs1"), "access violation status", status(avs1), SOURCE);
        }
        explanation.field("AVS2", found.text("avs2"), "more of it", SOURCE);
        explanation.field("AVA", found.text("ava"), "the address that the device used", SOURCE);
        explanation.field("UDAD", found.text("udad"), "", SOURCE);
        explanation.field("POEA", found.text("poea"), "where the device's entry is in memory", SOURCE);
        entry(found, explanation);
        return explanation.field(
                "disabled",
                found.text("disabled"),
                "LIODN whose entry is not valid any more, hexadecimal",
                "pamu_disable_liodn");
    }

    private static void entry(Found found, Explanation explanation) {
        List<String> words = found.all("paace");
        for (int i = 0; i < words.size(); i++) {
            // Word 1 is the one that says what is allowed.
            if (i == PamuLayout.ADDR_BITFIELDS / 4) {
                explanation.bits(
                        "PAACE[" + i + "]", words.get(i), "what is allowed", PaaceWords.fields(paace(words)), SOURCE);
            } else {
                explanation.field("PAACE[" + i + "]", words.get(i), "word " + i + " of the entry", SOURCE);
            }
        }
    }

    private static Paace paace(List<String> words) {
        int[] entry = words.stream().mapToInt(word -> (int) Found.hexOf(word)).toArray();
        return new Paace(0, entry[0], entry[1], 0, 0, 0, 0);
    }

    private static List<BitField> status(long avs1) {
        return Bits.of(avs1)
                .field("LIODN", 31, 16, liodn -> "number of the device: " + Hex.of(liodn))
                .ifSet("PDV", 14, "a violation whose meaning the driver does not tell")
                .ifSet("GCV", 13, "a violation whose meaning the driver does not tell")
                .field(
                        "LAV",
                        12,
                        10,
                        value -> value == 0 ? "the number is in the table" : "the number is not in the table")
                .field("WAV", 9, 7, value -> value == 0 ? "inside the window" : "outside the window")
                .field("APV", 6, 3, value -> value == 0 ? "the access is permitted" : "the access is not permitted")
                .field(
                        "OTV",
                        2,
                        1,
                        value -> value == 0 ? "the operation can be translated" : "the operation cannot be translated")
                .flag("AV", 0, "a violation is latched", "no violation is latched")
                .list();
    }

    private static long liodn(long avs1) {
        return avs1 >>> PamuLayout.AVS1_LIODN_SHIFT;
    }
}
