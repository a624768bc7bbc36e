package org.iommulab.app.window;

import static org.assertj.core.api.Assertions.assertThat;

import org.iommulab.app.playback.Story;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineKeyTest {
    @ParameterizedTest
    @CsvSource({
        "/a/topology.json, MACHINE, ''",
        "/a/topology.json#acs=downstream, MACHINE, downstream",
        "/a/topology.json#acs=multifunction#run=0000:05:00.0, HANDOVER, multifunction",
        "/a/#1.json#run=0000:05:00.0, HANDOVER, ''"
    })
    void aKeyIsReadAsItWasWritten(String text, Story.Kind kind, String override) {
        MachineKey key = MachineKey.parse(text);
        assertThat(key.text()).isEqualTo(text);
        assertThat(key.story().kind()).isEqualTo(kind);
        assertThat(key.override().text()).isEqualTo(override);
    }
}
