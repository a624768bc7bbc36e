package org.iommulab.bus.pci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.iommulab.kernel.Version;
import org.iommulab.words.KernelLogText;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Functions that the kernel knows by vendor and device (drivers/pci/quirks.c). */
class QuirksTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        00:06.0 8086:10d3 rc-endpoint multi | true | QUIRK
        00:06.0 8087:10d3 rc-endpoint multi | false | NO_CAPABILITY
        01:00.0 8086:1521 endpoint multi | true | QUIRK
        01:00.0 8086:1599 endpoint multi | false | NO_CAPABILITY
        01:00.0 8086:1599 endpoint | true | SINGLE_FUNCTION
        00:1c.0 8086:1e10 root-port | false | QUIRK
        00:1c.0 8086:a110 root-port acs | false | QUIRK
        00:1c.0 8086:9999 root-port acs | true | CONTROL
        00:01.0 177d:a123 root-port | true | QUIRK
        00:01.0 177d:b000 root-port | false | NO_CAPABILITY
        00:01.0 177d:a026 endpoint multi | true | QUIRK
        00:01.0 17cb:0111 root-port | true | QUIRK
        00:01.0 17cb:0120 root-port | true | QUIRK
        00:01.0 1957:8d9a root-port | true | QUIRK
        00:01.0 1d17:0722 root-port acs | false | QUIRK
        00:01.0 1d17:0723 root-port | true | QUIRK
        00:01.0 1d17:0723 endpoint multi | false | NO_CAPABILITY
        01:00.0 8088:1001 endpoint multi | true | QUIRK
        00:14.0 1002:4385 conventional multi | false | NOT_EXPRESS
        00:05.0 1234:11e8 conventional | false | NOT_EXPRESS
        00:05.0 1234:11e8 rc-event-collector | false | NEVER
        """)
    void acs(String function, boolean enabled, AcsVerdict.Why why) {
        PciTree tree = PciTree.of(function);
        AcsVerdict verdict = tree.pci.acs(tree.device(function.substring(0, 7)));
        assertThat(verdict.enabled()).isEqualTo(enabled);
        assertThat(verdict.why()).isEqualTo(why);
    }

    /** AMD's south bridge: only on a machine with its IOMMU, and never with Upstream Forwarding asked for in vain. */
    @Test
    void aSouthBridgeWithAnIommu() {
        PciTree tree = PciTree.of("00:14.0 1002:4385 conventional multi; 00:15.0 1002:4385 conventional");
        tree.settings.foundIvrs();
        assertThat(tree.pci.acs(tree.device("00:14.0")).enabled()).isTrue();
        assertThat(tree.pci.acs(tree.device("00:15.0")).enabled()).isFalse();
    }

    @Test
    void aChipsetsPortAfterItsWorkaround() {
        PciTree tree = PciTree.of("00:1c.0 8086:1e10 root-port");
        tree.function("00:1c.0").acsByQuirk().setQuietly(true);
        assertThat(tree.pci.acs(tree.device("00:1c.0")).enabled()).isTrue();
    }

    /** The workarounds are applied when the functions are added: the chipset's if its LPC function says where. */
    @ParameterizedTest
    @CsvSource({"1e10, 1, true", "1e10, 0, false", "a110, 0, true", "9999, 0, true"})
    void turningItOn(String device, int rootComplexBase, boolean enabled) {
        var port = PlainConfigSpace.of(PciType.ROOT_PORT, false, true).bytes();
        port[0] = (byte) 0x86;
        port[1] = (byte) 0x80;
        int id = Integer.parseInt(device, 16);
        port[2] = (byte) id;
        port[3] = (byte) (id >> 8);
        port[0x106] = 0;
        var lpc = new byte[256];
        lpc[0] = (byte) 0x86;
        lpc[1] = (byte) 0x80;
        lpc[0xf0] = (byte) rootComplexBase;
        var functions = Map.of(
                PciAddress.of(0, 0x1c << 3), ConfigSpace.of(port), PciAddress.of(0, 0x1f << 3), ConfigSpace.of(lpc));
        for (boolean asked : new boolean[] {false, true}) {
            var pci = new CapturedPci(functions, false, Version.V6_12);
            if (asked) {
                pci.drivers.pciSettings().requestAcs();
            }
            pci.host.scan();
            assertThat(pci.drivers.pci().acsEnabled(pci.device("0000:00:1c.0"))).isEqualTo(asked && enabled);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        00:1c.1 1180:e832 conventional | 00e1 00e0
        00:1c.0 1180:e832 conventional | 00e0
        00:1c.0 1b4b:9230 endpoint | 00e0 00e1
        00:1c.1 1b4b:9230 endpoint | 00e1
        00:03.0 8086:2260 endpoint | 0018 0080 0088 0093
        00:01.0 root-port; 01:00.0 1b21:1080 pci-bridge under 00:01.0; 02:03.0 conventional under 01:00.0 | 0218 0200
        00:01.0 root-port; 01:00.0 pci-bridge under 00:01.0; 02:03.0 conventional under 01:00.0 | 0218 0100
        01:00.0 1b21:1080 pci-bridge; 02:03.0 conventional under 01:00.0 | 0218 0100
        00:01.0 pci-to-pcie-bridge; 02:00.0 endpoint under 00:01.0 | 0200 0008
        00:01.0 pci-bridge; 01:00.0 14e4:9084 root-port under 00:01.0; 02:00.0 endpoint under 01:00.0 | 0200
        00:01.0 pci-bridge; 01:00.0 14e4:9999 root-port under 00:01.0; 02:00.0 endpoint under 01:00.0 | 0200 0008
        """)
    void aliases(String text, String ids) {
        PciTree tree = PciTree.of(text);
        String last = tree.devices.keySet().stream().reduce((a, b) -> b).orElseThrow();
        assertThat(tree.pci.dmaAliases(tree.device(last)).stream()
                        .map(alias -> "%04x".formatted(alias.requesterId()))
                        .collect(Collectors.joining(" ")))
                .isEqualTo(ids);
    }

    /** A bridge between two hosts hands on requests of all functions that the other side may have. */
    @Test
    void aBridgeOfPlxUsesAllIdsOfItsBus() {
        PciTree tree = PciTree.of("02:00.0 10b5:87b0 endpoint; 02:1f.7 endpoint");
        List<PciTopology.Alias> aliases = tree.pci.dmaAliases(tree.device("02:00.0"));
        assertThat(aliases).hasSize(1 + 256);
        assertThat(aliases.getLast().requesterId()).isEqualTo(0x2ff);
        assertThat(tree.pci.areAliases(tree.device("02:1f.7"), tree.device("02:00.0")))
                .isTrue();
    }

    /** pci_add_dma_alias says what it adds, before the capabilities are set up. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        1b4b9230 | Enabling fixed DMA alias to 03.1
        11011234 |
        10b587b1 | Setting PLX NTB proxy ID aliases; Enabling fixed DMA alias for devfn range from 00.0 to 1f.7
        """)
    void whatTheLogSays(String id, @Nullable String expected) {
        var space = PlainConfigSpace.of(PciType.RC_ENDPOINT, false, true).bytes();
        int number = Integer.parseUnsignedInt(id, 16);
        space[0] = (byte) (number >> 16);
        space[1] = (byte) (number >> 24);
        space[2] = (byte) number;
        space[3] = (byte) (number >> 8);
        var pci = new CapturedPci(Map.of(PciAddress.of(0, 3 << 3), ConfigSpace.of(space)), false, Version.V6_2);
        pci.host.scan();
        var form = new KernelLogText.Form(KernelLogText.Arch.X86, true, Version.V6_2);
        assertThat(KernelLogText.lines(pci.machine.finish(), form).stream()
                        .map(KernelLogText.Line::text)
                        .filter(line -> line.contains("alias"))
                        .map(line -> line.substring(line.indexOf("0000:00:03.0: ") + 14))
                        .collect(Collectors.joining("; ")))
                .isEqualTo(expected == null ? "" : expected);
    }

    /** Behind Intel's Volume Management Device all requests carry its id. */
    @Test
    void requestsOfAHiddenHierarchy() {
        PciTree tree = PciTree.of("00:0e.0 rc-endpoint; 10:00.0 root-port; 11:00.0 endpoint under 10:00.0");
        tree.function("10:00.0").bus().realDmaDevice().setQuietly(Optional.of(tree.device("00:0e.0")));
        assertThat(tree.pci.dmaAliases(tree.device("11:00.0")))
                .containsExactly(new PciTopology.Alias(0x70, Optional.of(tree.device("00:0e.0"))));
        assertThat(tree.pci.areAliases(tree.device("11:00.0"), tree.device("00:0e.0")))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        00:01.0 root-port; 01:00.0 endpoint under 00:01.0 | 01:00.0 | true
        00:01.0 root-port; 01:00.0 endpoint under 00:01.0; 01:00.1 endpoint under 00:01.0 | 01:00.0 | false
        00:05.0 conventional | 00:05.0 | false
        00:01.0 root-port; 01:00.0 pcie-to-pci-bridge under 00:01.0; 02:03.0 conventional under 01:00.0 | 01:00.0 | false
        """)
    void aResetOfTheBus(String text, String name, boolean possible) {
        PciTree tree = PciTree.of(text);
        assertThat(PciReset.canReset(tree.device(name))).isEqualTo(possible);
    }
}
