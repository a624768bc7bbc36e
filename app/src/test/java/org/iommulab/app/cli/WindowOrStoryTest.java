package org.iommulab.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowOrStoryTest {
    @TempDir
    private Path folder;

    @Test
    void withoutAWindowACapturedMachineIsToldElsewhere() throws IOException {
        Path file = Files.writeString(folder.resolve("topology.json"), "{\"iommu_instances\": []}");
        assertThat(WindowOrStory.elsewhere(folder.toString()))
                .hasValueSatisfying(text -> assertThat(text).contains("'iommulab machine " + folder + "'"));
        assertThat(WindowOrStory.elsewhere(file.toString()))
                .hasValueSatisfying(text -> assertThat(text).contains("'iommulab machine " + file + "'"));
    }

    @Test
    void withoutAWindowATraceIsNotTakenForAStory() throws IOException {
        Path file = Files.writeString(folder.resolve("trace.txt"), "# tracer: nop\n");
        assertThat(WindowOrStory.elsewhere(file.toString())).contains("only the window plays a trace");
    }

    @Test
    void aStoryStaysAStory() throws IOException {
        Path file = Files.writeString(folder.resolve("story.json"), "{\"title\": \"x\"}");
        assertThat(WindowOrStory.elsewhere(file.toString())).isEqualTo(Optional.empty());
        assertThat(WindowOrStory.elsewhere("drm-bind")).isEqualTo(Optional.empty());
    }
}
