package org.iommulab.bus.pci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why two functions are in one group, in words. */
class PciLinksTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        00:01.0 root-port acs; 01:00.0 pcie-to-pci-bridge under 00:01.0; 02:01.0 conventional under 01:00.0; 02:02.0 conventional under 01:00.0 | 02:01.0 | 02:02.0 | requests of 02:01.0 leave 01:00.0 under the id 02:00.0 / requests of 02:02.0 leave 01:00.0 under the id 02:00.0
        00:01.0 root-port acs; 01:00.0 endpoint under 00:01.0 multi; 01:00.1 endpoint under 00:01.0 multi | 01:00.0 | 01:00.1 | 01:00.0 and 01:00.1 are functions of one device: has no ACS capability
        00:01.0 root-port; 01:00.0 endpoint under 00:01.0 | 01:00.0 | 00:01.0 | requests of 01:00.0 can turn round at 00:01.0: has no ACS capability
        00:01.0 root-port multi; 00:01.1 root-port multi; 01:00.0 endpoint under 00:01.0 | 01:00.0 | 00:01.1 | requests of 01:00.0 can turn round at 00:01.0: has no ACS capability / 00:01.0 and 00:01.1 are functions of one device: has no ACS capability
        00:01.0 root-port; 01:00.0 upstream-port under 00:01.0; 02:00.0 downstream-port under 01:00.0 acs; 03:00.0 endpoint under 02:00.0 | 03:00.0 | 00:01.0 | requests of 03:00.0 can turn round at 00:01.0: has no ACS capability / requests of 02:00.0 can turn round at 00:01.0: has no ACS capability / requests of 01:00.0 can turn round at 00:01.0: has no ACS capability
        00:1c.0 1b4b:9230 endpoint; 00:1c.1 endpoint | 00:1c.0 | 00:1c.1 | 00:1c.0 and 00:1c.1 use one id for their requests
        00:01.0 root-port acs; 01:00.0 endpoint under 00:01.0 | 01:00.0 | 00:01.0 | kept apart
        """)
    void theChainOfTies(String tree, String from, String to, String words) {
        PciTree functions = PciTree.of(tree);
        var links = new PciLinks(functions.pci, functions.devices.values());
        assertThat(links.path(functions.device(from), functions.device(to))
                        .map(path -> path.stream().map(PciLink::words).collect(Collectors.joining(" / ")))
                        .orElse("kept apart"))
                .isEqualTo(words);
        assertThat(links.path(functions.device(to), functions.device(from)).isPresent())
                .isEqualTo(!words.equals("kept apart"));
    }
}
