package org.iommulab.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.iommulab.graph.GraphText;
import org.iommulab.graph.Moment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopologyReaderTest {
    @TempDir
    Path folder;

    private static Moment moment(String name) throws IOException {
        return CapturedMoment.of(TopologyReader.read(Path.of("src/test/resources/capture", name)));
    }

    @Test
    void aRealMachineHasItsGroupsWithTheirDevicesAndDrivers() throws IOException {
        Moment moment = moment("amd-topology.json");
        assertThat(moment.groups()).hasSize(12);
        assertThat(moment.groups().get(9).devices())
                .extracting(Moment.DeviceView::name)
                .containsExactly("0000:00:1f.0", "0000:00:1f.2", "0000:00:1f.3");
        assertThat(moment.units()).extracting(Moment.UnitView::name).containsExactly("ivhd0");
        assertThat(moment.loose()).extracting(Moment.DeviceView::name).containsExactly("0000:00:01.0");
        assertThat(moment.groups().get(8).devices().getFirst().title()).isEqualTo("NVMe controller · nvme");
    }

    @Test
    void theTypeOfEachDefaultDomainIsShownAndNothingOfTheHardwareIsGuessed() throws IOException {
        Moment moment = moment("intel-topology.json");
        assertThat(moment.domains()).hasSize(1);
        assertThat(moment.domains().getFirst().kind()).isEqualTo(Moment.DomainKind.DMA);
        assertThat(moment.units())
                .allSatisfy(unit -> assertThat(unit.pointsAt()).isEmpty());
        List<String> tree = GraphText.tree(moment);
        assertThat(tree).contains("group 0, default domain DMA", "unit dmar0 (intel-iommu): state not captured");
    }

    @Test
    void armsUnitsAreKnownByTheirNames() throws IOException {
        assertThat(moment("smmuv3-topology.json").units())
                .extracting(Moment.UnitView::model)
                .containsOnly("SMMUv3");
    }

    @Test
    void aFileThatIsNoTopologySaysWhereItFails() throws IOException {
        Path file = folder.resolve("x.json");
        Files.writeString(file, "{\n  \"groups\": [ { \"id\": \"seven\" } ]\n}");
        assertThatThrownBy(() -> TopologyReader.read(file))
                .isInstanceOf(TopologyReader.BadTopology.class)
                .hasMessageStartingWith("x.json:2:");
        Files.writeString(file, "{}");
        assertThatThrownBy(() -> TopologyReader.read(file)).isInstanceOf(TopologyReader.BadTopology.class);
        Files.writeString(file, "");
        assertThatThrownBy(() -> TopologyReader.read(file)).isInstanceOf(TopologyReader.BadTopology.class);
    }
}
