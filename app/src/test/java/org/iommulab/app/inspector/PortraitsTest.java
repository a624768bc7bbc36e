package org.iommulab.app.inspector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.iommulab.app.draw.Tone;
import org.iommulab.app.playback.FakeRuns;
import org.iommulab.graph.HeldView;
import org.iommulab.graph.Moment;
import org.iommulab.kernel.KernelSpec;
import org.iommulab.scenario.Run;
import org.iommulab.user.held.HeldKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortraitsTest {
    private final Run bad = new FakeRuns().run(FakeRuns.STORY, KernelSpec.parse("6.2+p1..p5"));
    private final Moment end = bad.momentAt(bad.recording().length());
    private final Moment middle = bad.momentAt(40);

    private static Fact fact(Portrait portrait, String label) {
        return portrait.facts().stream()
                .filter(f -> f.label().equals(label))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aUnitThatDisagreesIsShownWhenNothingIsSelected() {
        Portrait portrait = Portraits.of(end, 0);
        assertThat(portrait.title()).isEqualTo("11e20000.sysmmu");
        assertThat(portrait.subtitle()).isEqualTo("SysMMU v3.2 · in front of 11c00000.fimd");
        assertThat(portrait.remark()).contains("still walks mapping 1");
        assertThat(fact(portrait, "table base").tone()).isEqualTo(Tone.DANGER);
        assertThat(fact(portrait, "TLB").value()).isEqualTo("1 of 6, 1 stale");
    }

    @Test
    void aUnitThatAgreesIsNotAlarming() {
        Portrait portrait = Portraits.of(middle, FakeRuns.UNIT);
        assertThat(portrait.remark()).isEmpty();
        assertThat(portrait.facts()).noneMatch(fact -> fact.tone() == Tone.DANGER);
        assertThat(fact(portrait, "points at").leadsTo()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "1,domain,NULL",
        "2,mapping,none",
        "2,DMA ops,dma-direct",
        "4,type,UNMANAGED",
        "4,mapped,41 pages of 4 KiB"
    })
    void everyKindOfThingHasItsFacts(int id, String label, String value) {
        assertThat(fact(Portraits.of(end, id), label).value()).isEqualTo(value);
    }

    @Test
    void whatAProgramHoldsIsToldWithWhatItLeadsTo() {
        var held = new HeldView(
                70,
                HeldKind.HWPT_PAGING,
                "HWPT 3",
                "domain 4",
                true,
                OptionalInt.empty(),
                List.of(4),
                List.of(new HeldView.Note("domain", "domain 4", 4), new HeldView.Note("gone", "domain 9", 99)));
        var moment = new Moment(
                end.step(),
                end.seconds(),
                end.groups(),
                end.loose(),
                end.units(),
                end.domains(),
                List.of(held),
                end.disagreements(),
                end.rules(),
                end.walk());
        Portrait portrait = Portraits.of(moment, 70);
        assertThat(portrait.title()).isEqualTo("HWPT 3");
        assertThat(portrait.subtitle()).isEqualTo("hardware page table");
        assertThat(portrait.remark()).contains("something holds it");
        assertThat(fact(portrait, "domain").leadsTo()).isEqualTo(4);
        assertThat(fact(portrait, "gone").leadsTo()).isZero();
    }

    @Test
    void whatDoesNotExistIsNotShown() {
        assertThat(Portraits.of(end, 99).id()).isEqualTo(FakeRuns.UNIT);
    }

    @ParameterizedTest
    @CsvSource({"0,0x0", "48108000,0x4810 8000", "123456789,0x1 2345 6789"})
    void hexIsGroupedFromTheRight(String digits, String text) {
        assertThat(Hex.grouped(Long.parseLong(digits, 16))).isEqualTo(text);
    }
}
