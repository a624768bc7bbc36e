package org.iommulab.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.testkit.Stories;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Groups to which an IOMMU has a reference: the driver's own up to v6.6, the core's from then on. */
class HeldGroupTest {
    @ParameterizedTest
    @CsvSource({
        "sprd, freed, 6.2",
        "sprd, freed, 6.12",
        "omap, silent, 6.2",
        "omap, silent, 6.7",
        "rockchip, two-masters, 6.2",
        "rockchip, two-masters, 6.12",
        "sun50i, one-group, 6.2",
        "sun50i, one-group, 6.7"
    })
    void itOutlivesItsDevices(String room, String story, String kernel) {
        World world = Stories.of(room).live(story, kernel);
        Group group = world.core().probing().groupList().getFirst();
        List<Device> members = group.devices().toList();
        assertThat(members).isNotEmpty();
        members.forEach(world.core().probing()::releaseDevice);
        assertThat(group.devices().isEmpty()).isTrue();
        assertThat(group.gone().get()).isFalse();
        assertThat(world.core().probing().groupList()).contains(group);
    }

    // iommu_device_unregister gives back what the core holds; the driver gives back its own
    @ParameterizedTest
    @CsvSource({"6.2, false", "6.4, false", "6.7, true", "6.12, true"})
    void withItsIommuTheCoresReferenceGoes(String kernel, boolean gone) {
        World world = Stories.of("sprd").live("freed", kernel);
        Probing probing = world.core().probing();
        IommuDevice iommu = probing.instances().toList().getFirst();
        Group group = probing.groupList().stream()
                .filter(each -> each.devices().toList().stream()
                        .anyMatch(device ->
                                DevIommu.find(device).orElseThrow().instance().is(iommu)))
                .findFirst()
                .orElseThrow();
        probing.unregister(iommu, world.bus().devices().toList());
        assertThat(group.devices().isEmpty()).isTrue();
        assertThat(group.gone().get()).isEqualTo(gone);
        probing.put(group);
        assertThat(group.gone().get()).isTrue();
    }
}
