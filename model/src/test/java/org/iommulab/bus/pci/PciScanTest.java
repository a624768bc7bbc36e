package org.iommulab.bus.pci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the scan makes of bridges and slots. */
class PciScanTest {
    private static final PciAddress PORT = PciAddress.of(0, 1 << 3);
    private static final PciAddress FIRST = PciAddress.of(0, 1 << 8);

    private static ConfigSpace with(ConfigSpace space, int... offsetsAndBytes) {
        byte[] bytes = Arrays.copyOf(space.bytes(), ConfigSpace.EXTENDED_SIZE);
        bytes[0] = (byte) 0x36;
        bytes[1] = (byte) 0x1b;
        for (int i = 0; i < offsetsAndBytes.length; i += 2) {
            bytes[offsetsAndBytes[i]] = (byte) offsetsAndBytes[i + 1];
        }
        return ConfigSpace.of(bytes);
    }

    private static ConfigSpace port(int secondary, int subordinate) {
        return with(
                PlainConfigSpace.of(PciType.ROOT_PORT, false, false), 0x19, secondary, 0x1a, subordinate, 0x64, 0x20);
    }

    private static List<String> scanned(Map<PciAddress, ConfigSpace> functions, boolean deviceTree) {
        var pci = new CapturedPci(functions, deviceTree, Version.V6_12);
        pci.host.scan();
        return pci.names();
    }

    /** With ARI each function says which is the next; without it a single function has no neighbours. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void functionsOfAnAriDevice(boolean ari) {
        ConfigSpace endpoint = PlainConfigSpace.of(PciType.ENDPOINT, false, false);
        var functions = new LinkedHashMap<PciAddress, ConfigSpace>();
        functions.put(PORT, port(1, 1));
        functions.put(FIRST, ari ? with(endpoint, 0x100, 0x0e, 0x102, 1, 0x105, 0x12) : with(endpoint));
        functions.put(PciAddress.of(0, 0x101), with(endpoint));
        functions.put(PciAddress.of(0, 0x112), with(endpoint));
        assertThat(scanned(functions, false))
                .isEqualTo(
                        ari
                                ? List.of("0000:00:01.0", "0000:01:00.0", "0000:01:02.2")
                                : List.of("0000:00:01.0", "0000:01:00.0"));
    }

    /** Bus numbers that cannot be are given out anew, and are said to be wrong. */
    @Test
    void aBridgeThatNobodySetUp() {
        var functions = new LinkedHashMap<PciAddress, ConfigSpace>();
        functions.put(PORT, port(1, 2));
        functions.put(FIRST, with(PlainConfigSpace.of(PciType.UPSTREAM_PORT, false, false), 0x18, 1, 0x19, 2, 0x1a, 2));
        functions.put(PciAddress.of(0, 0x200), with(PlainConfigSpace.of(PciType.DOWNSTREAM_PORT, false, false)));
        assertThat(scanned(functions, false)).containsExactly("0000:00:01.0", "0000:01:00.0", "0000:02:00.0");
        functions.put(PORT, port(1, 0));
        assertThat(scanned(functions, false)).containsExactly("0000:00:01.0", "0000:01:00.0", "0000:02:00.0");
        assertThat(scanned(functions, true)).containsExactly("0000:00:01.0", "0000:01:00.0", "0000:02:00.0");
    }

    /** Two segments with the same numbers in them. */
    @Test
    void hostBridgesOfTheirOwn() throws IOException {
        Map<PciAddress, ConfigSpace> functions = CapturedPci.functions("intel");
        var both = new LinkedHashMap<>(functions);
        functions.forEach((address, space) ->
                both.put(PciAddress.parse("1" + address.toString()).orElseThrow(), space));
        var pci = new CapturedPci(both, false, Version.V6_1);
        pci.host.scan();
        assertThat(pci.names()).hasSize(36);
        pci.join(pci.names());
        assertThat(pci.groups()).hasSize(26);
        pci.host.remove(pci.device("10000:03:00.0"));
        assertThat(pci.names()).hasSize(33).contains("0000:03:00.0");
    }

    /** Whatever is in the registers: the scan ends, nothing is found twice, and remove and rescan bring all of it back. */
    @Test
    void anyBytes() throws IOException {
        var random = new Random(3);
        List<ConfigSpace> real = List.copyOf(CapturedPci.functions("intel").values());
        for (int i = 0; i < 120; i++) {
            var functions = new LinkedHashMap<PciAddress, ConfigSpace>();
            for (int n = 0; n < 25; n++) {
                byte[] bytes = real.get(random.nextInt(real.size())).bytes();
                for (int changes = random.nextInt(6); changes > 0; changes--) {
                    bytes[random.nextBoolean() ? 0x18 + random.nextInt(3) : 4 + random.nextInt(0x160 % bytes.length)] =
                            (byte) random.nextInt(random.nextBoolean() ? 8 : 256);
                }
                functions.put(PciAddress.of(0, random.nextInt(6) << 8 | random.nextInt(40)), ConfigSpace.of(bytes));
            }
            var pci = new CapturedPci(functions, random.nextBoolean(), Version.V6_12);
            pci.drivers.pciSettings().requestAcs();
            pci.host.scan();
            List<String> names = pci.names();
            assertThat(names).doesNotHaveDuplicates();
            pci.join(names);
            new PciLinks(pci.drivers.pci(), pci.host.functions());
            if (!names.isEmpty()) {
                Device victim = pci.device(names.get(random.nextInt(names.size())));
                pci.host.remove(victim);
                assertThat(pci.names()).doesNotContain(victim.label());
                pci.host.rescan();
                assertThat(pci.names()).doesNotHaveDuplicates();
            }
        }
    }
}
