package org.iommulab.capture.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.iommulab.bus.pci.AcsOverride;
import org.iommulab.capture.CapturedTopology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions about real machines. */
class AskedMachineTest {
    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final Map<String, AskedMachine> MACHINES = new HashMap<>();

    /** The folders are whole captures; the files are a topology alone. */
    private static AskedMachine machine(String name) {
        return MACHINES.computeIfAbsent(name, AskedMachineTest::read);
    }

    private static AskedMachine read(String name) {
        try {
            Path path = RESOURCES.resolve(name.endsWith(".json") ? "capture" : "captures");
            return AskedMachine.of(MachineFile.read(path.resolve(name)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        x86-intel-6.1-default | 0000:05:00.0 | 0000:05:00.1 | TOGETHER | 0000:05:00.0 and 0000:05:00.1 are functions of one device and can reach each other inside it: 0000:05:00.0 has no ACS capability.
        intel-topology.json | 0000:05:00.0 | 0000:05:00.1 | TOGETHER | 0000:05:00.0 and 0000:05:00.1 are functions of one device and can reach each other inside it: 0000:05:00.0 has no ACS capability.
        x86-intel-6.1-default | 0000:04:01.0 | 0000:04:02.0 | TOGETHER | Requests of 0000:04:01.0 leave 0000:03:00.0 under the id 04:00.0, so that the IOMMU cannot tell from whom they are. / Requests of 0000:04:02.0 leave 0000:03:00.0 under the id 04:00.0, so that the IOMMU cannot tell from whom they are.
        x86-intel-6.1-default | 0000:00:1f.0 | 0000:00:1f.3 | TOGETHER | 0000:00:1f.0 and 0000:00:1f.3 are functions of one device and can reach each other inside it: 0000:00:1f.0 is conventional PCI, which has no ACS.
        x86-intel-6.1-default | 0000:01:00.0 | 0000:02:00.0 | APART | ''
        arm64-smmuv3-6.12-default | 0000:01:00.0 | 0000:00:02.0 | TOGETHER | Requests of 0000:01:00.0 can turn round at 0000:00:02.0 without passing the IOMMU: it has its ACS turned off.
        arm64-smmuv3-6.12-default | 0000:01:00.0 | 0000:00:05.0 | NO_GROUP | ''
        """)
    void whyTwoDevicesAreTogether(String name, String a, String b, Why.Relation relation, String ties) {
        Why why = machine(name).why(a, b);
        assertThat(why.relation()).isEqualTo(relation);
        assertThat(why.ties().stream().map(Tie::sentence).collect(Collectors.joining(" / ")))
                .isEqualTo(ties);
    }

    /** The chain leads from the first to the second, whichever way the ties were found. */
    @Test
    void theChainHangsTogether() {
        Why why = machine("arm64-smmuv3-6.12-default").why("0000:01:00.0", "0000:05:00.1");
        assertThat(why.ties()).hasSizeGreaterThan(2);
        String at = "0000:01:00.0";
        for (Tie tie : why.ties()) {
            assertThat(tie.from()).isEqualTo(at);
            at = tie.to();
        }
        assertThat(at).isEqualTo("0000:05:00.1");
    }

    /** Each group that a real kernel made is held together by ties, and none ties two groups. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x86-intel-6.1-default",
                "arm64-smmuv3-6.12-default",
                "intel-topology.json",
                "amd-topology.json",
                "smmuv3-topology.json",
                "smmuv3acpi-topology.json"
            })
    void tiesExplainTheGroupsOfARealKernel(String name) {
        AskedMachine machine = machine(name);
        for (Viability group : machine.groups()) {
            String first = group.members().getFirst().device();
            for (Viability.Member member : group.members()) {
                if (!member.device().equals(first)) {
                    assertThat(machine.why(first, member.device()).relation()).isEqualTo(Why.Relation.TOGETHER);
                }
            }
            for (Viability other : machine.groups()) {
                if (other.group() != group.group()) {
                    Why why = machine.why(first, other.members().getFirst().device());
                    assertThat(why.relation()).isEqualTo(Why.Relation.APART);
                    assertThat(why.sentence()).contains("no shared requester id");
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"6, true", "1, false"})
    void aGroupOfBridgesCouldNotBeHandedOut(int number, boolean something) {
        Viability group = machine("x86-intel-6.1-default").group(number).orElseThrow();
        assertThat(group.hasSomethingToTake()).isEqualTo(something);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        x86-intel-6.1-default | 6 | true | '' | Group 6 is viable: no driver is bound to its device.
        x86-intel-6.1-default | 1 | true | '' | Group 1 is viable: pcieport on 0000:00:02.0 leaves DMA alone.
        x86-intel-6.1-default | 9 | false | 0000:01:00.0 | Group 9 is not viable: nvme is bound to 0000:01:00.0. It is once that driver is unbound.
        x86-intel-6.1-default | 12 | false | 0000:05:00.0 0000:05:00.1 | Group 12 is not viable: e1000e is bound to 0000:05:00.0, virtio-pci is bound to 0000:05:00.1. It is once those drivers are unbound.
        """)
    void whoBlocksAGroup(String name, int number, boolean viable, String blockers, String sentence) {
        Viability group = machine(name).group(number).orElseThrow();
        assertThat(group.viable()).isEqualTo(viable);
        assertThat(group.blockers().stream().map(Viability.Member::device).collect(Collectors.joining(" ")))
                .isEqualTo(blockers);
        assertThat(group.sentence()).isEqualTo(sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        dmar0 | dmar0: Intel VT-d unit at 0xfed90000, 2 devices behind it, 3 of 65536 domain numbers in use. | cap d2008c22260286, version 1:0
        smmu3.0x0000000009050000 | smmu3.0x0000000009050000: SMMUv3 at 0x9050000, 2 devices behind it. |
        msm-smmu.0x07500000 | msm-smmu.0x07500000: Qualcomm IOMMU at 0x7500000, 2 devices behind it. |
        ivhd1 | ivhd1: AMD-Vi unit, 2 devices behind it. | cap b0f, features 29d3:0
        14650000.sysmmu | 14650000.sysmmu: IOMMU, 2 devices behind it. |
        """)
    void aUnitIsToldByItsNameAndItsFiles(String name, String sentence, String files) {
        Map<String, String> attributes = switch (name.substring(0, 4)) {
            case "dmar" ->
                Map.of(
                        "intel-iommu/address", "fed90000",
                        "intel-iommu/cap", "d2008c22260286",
                        "intel-iommu/version", "1:0",
                        "intel-iommu/domains_used", "3",
                        "intel-iommu/domains_supported", "65536");
            case "ivhd" -> Map.of("amd-iommu/cap", "b0f", "amd-iommu/features", "29d3:0");
            default -> Map.of();
        };
        var unit = UnitAnswer.of(new CapturedTopology.Unit(name, null, attributes, List.of("a", "b")));
        assertThat(unit.sentence()).isEqualTo(sentence);
        assertThat(String.join(", ", unit.files())).isEqualTo(files == null ? "" : files);
    }

    /** The driver alone refuses up to 6.5, and only Intel's; from 6.6 on the core does (require_direct). */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        true  | 6001 | the kernel refuses to hand the group out, with EPERM.
        true  | 6006 | the kernel refuses to hand the group out, with EINVAL.
        false | 6012 | the kernel refuses to hand the group out, with EINVAL.
        false | 6005 | whether this kernel then refuses is the driver's affair.
        """)
    void whoRefusesADeviceWithADirectRegion(boolean intel, int release, String refusal) {
        var region = new CapturedTopology.Region("0x1000", "0x1fff", "direct");
        var group = new CapturedTopology.Group(1, "DMA", null, List.of("0000:01:00.0"), List.of(region));
        var member = new Viability.Member("0000:01:00.0", "", "", false, Standing.FREE);
        assertThat(Viability.of(group, List.of(member), intel, release).remarks())
                .singleElement()
                .asString()
                .endsWith(refusal);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        unknown  | vfio-noiommu | VFIO made it (vfio-noiommu) for a device that has no IOMMU: whoever opens the device can reach any memory through it.
        identity | drm          | Its name is drm.
        unknown  |              | Its type is unknown: there is no default domain, or one of the platform's own.
        """)
    void aGroupsNameAndAnUnknownTypeAreToldOf(String type, String name, String remark) {
        var group = new CapturedTopology.Group(1, type, name, List.of("0000:01:00.0"), List.of());
        var member = new Viability.Member("0000:01:00.0", "", "", false, Standing.FREE);
        assertThat(Viability.of(group, List.of(member), false, 6012).remarks()).containsExactly(remark);
    }

    @ParameterizedTest
    @CsvSource({
        "pcieport, true, 6001, ALLOWED",
        "pci-stub, false, 6001, ALLOWED",
        "shpchp, true, 6001, BLOCKS",
        "shpchp, true, 5015, ALLOWED",
        "nvme, false, 5015, BLOCKS",
        "mlx5_vfio_pci, false, 6008, HANDED",
        "nvme, false, 0, BLOCKS",
        "'', false, 6001, FREE"
    })
    void whatADriverMeans(String driver, boolean bridge, int release, Standing standing) {
        assertThat(Standing.of(driver, bridge, release)).isEqualTo(standing);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        x86-intel-6.1-default | multifunction | 12: 0000:05:00.0 / 13: 0000:05:00.1 | 0000:05:00.0 0000:05:00.1
        x86-intel-6.1-default | id:8086:10d3 | 12: 0000:05:00.0 / 13: 0000:05:00.1 | 0000:05:00.0 0000:05:00.1
        x86-intel-6.1-default | 0000:05:00.1 | 12: 0000:05:00.0 / 13: 0000:05:00.1 | 0000:05:00.0 0000:05:00.1
        x86-intel-6.1-default | downstream | '' | ''
        arm64-smmuv3-6.12-default | downstream,multifunction | '' | ''
        """)
    void whatAnOverrideSplitsAndLeavesOpen(String name, String words, String parts, String open) {
        WhatIf whatIf = machine(name).whatIf(AcsOverride.parse(words).orElseThrow());
        assertThat(whatIf.splits().stream()
                        .flatMap(split -> split.parts().stream())
                        .map(AskedMachineTest::words)
                        .collect(Collectors.joining(" / ")))
                .isEqualTo(parts);
        assertThat(whatIf.open().stream()
                        .map(path -> path.from() + " " + path.to())
                        .collect(Collectors.joining(" / ")))
                .isEqualTo(open);
        whatIf.open()
                .forEach(path -> assertThat(path.sentence()).contains("unseen by the IOMMU: 0000:05:00.0 has no ACS"));
    }

    private static String words(CapturedTopology.Group group) {
        return group.id() + ": " + String.join(" ", group.devices());
    }

    /** The patch leaves functions alone that have an ACS capability, on or off. */
    @Test
    void anOverrideLeavesAnAcsCapabilityAlone() {
        WhatIf whatIf = machine("arm64-smmuv3-6.12-default")
                .whatIf(AcsOverride.parse("downstream").orElseThrow());
        assertThat(whatIf.remarks())
                .anySatisfy(remark -> assertThat(remark)
                        .isEqualTo(
                                "Group 0 stays: 0000:00:02.0 has an ACS capability of its own, though turned off, and"
                                        + " the override leaves such functions alone."));
    }

    @ParameterizedTest
    @CsvSource({
        "amd-topology.json, 0000:00:01.0, IS_AN_IOMMU",
        "arm64-smmuv3-6.12-default, 0000:00:05.0, NEVER_PROBED",
        "arm64-smmuv3-6.12-default, 0000:04:02.0, NEVER_PROBED"
    })
    void whyADeviceHasNoGroup(String name, String device, Ungrouped.Reason reason) {
        assertThat(machine(name).ungrouped(device).orElseThrow().reason()).isEqualTo(reason);
    }

    @Test
    void aSharedIdIsToldBeforeADriverComes() {
        assertThat(machine("arm64-smmuv3-6.12-default")
                        .ungrouped("0000:04:02.0")
                        .orElseThrow()
                        .sentence())
                .contains("it would then be refused, since 0000:04:01.0 has its id");
    }

    @Test
    void aDeviceIsDescribed() {
        DeviceAnswer device =
                machine("x86-intel-6.1-default").device("0000:04:01.0").orElseThrow();
        assertThat(device.ids()).isEqualTo("8086:100e");
        assertThat(device.requesterIds()).containsExactly("04:01.0", "04:00.0");
        assertThat(device.regions())
                .singleElement()
                .satisfies(region -> assertThat(region.words()).isEqualTo("0xfee00000 to 0xfeefffff, msi"));
        assertThat(device.acs()).isEqualTo("not isolated: a conventional function has no ACS");
    }
}
