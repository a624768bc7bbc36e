package org.iommulab.bus.pci;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PciAddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000:00:00.0",
                "0000:03:00.1",
                "0001:fe:1f.7",
                "ffff:0a:10.3",
                "10000:e1:00.0",
                "ffffffff:01:02.3"
            })
    void isWrittenAsItIsRead(String address) {
        assertThat(PciAddress.parse(address)).map(PciAddress::toString).contains(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00:03.0", "0000:03:20.0", "0000:03:00.8", "0000:03:00.0 "})
    void otherFormsAreNoAddress(String text) {
        assertThat(PciAddress.parse(text)).isEmpty();
    }
}
