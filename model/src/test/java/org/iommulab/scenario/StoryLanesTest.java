package org.iommulab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.iommulab.json.BadInput;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One story in several lanes. */
class StoryLanesTest {
    private static final Path FILE = Path.of("../scenarios/amd/lazy-flush.json");
    private static final String LANES = """
        "lanes": [
          { "name": "lazy", "title": "Lazy" },
          { "name": "strict", "title": "Strict", "cmdline": "iommu.strict=1", "kernel": "6.4" }
        ],
        """;
    /** The read of an address whose page was given back. */
    private static final String LATE = """
        "expect": { "*": [ { "lane": "strict", "result": "-EIO" }, { "result": "0" } ] }
        """;

    private static ScenarioFile read(String lanes, String late) {
        try {
            String text = Files.readString(FILE).replace("\"story\": [", lanes + "\"story\": [");
            int at = text.indexOf("\"The SSD reads it once more\"");
            int expect = text.indexOf("\"expect\"", at);
            int end = text.indexOf('\n', expect);
            return ScenarioReader.parse(
                    FILE, (text.substring(0, expect) + late + text.substring(end)).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void eachLaneIsPlayedWithWhatItHasAndJudgedByWhatIsExpectedThere() {
        List<ScenarioFile> lanes = read(LANES, LATE).lanes();
        assertThat(lanes).hasSize(2);
        PlayedRun lazy = Player.play(lanes.getFirst(), KernelSpec.parse("6.2"));
        PlayedRun strict = Player.play(lanes.getLast(), KernelSpec.parse("6.2"));
        assertThat(lazy.kernel().spec()).isEqualTo("6.2");
        assertThat(strict.kernel().spec()).isEqualTo("6.4");
        assertThat(strict.kernel().commandLine()).isEqualTo("iommu.strict=1");
        assertThat(lazy.judgements()).allMatch(Judgement::met);
        assertThat(strict.judgements())
                .filteredOn(judgement -> judgement.what().contains("once more"))
                .isNotEmpty()
                .allMatch(Judgement::met);
        assertThat(lazy.chapters().get(4).result()).isEqualTo("0");
        assertThat(strict.chapters().get(4).result()).isEqualTo("-EIO");
    }

    @Test
    void whoKnowsNothingOfLanesPlaysTheFirst() {
        ScenarioFile file = read(LANES, LATE);
        PlayedRun run = Player.play(file, file.usualKernel());
        assertThat(run.file().scenario().lane().orElseThrow().name()).isEqualTo("lazy");
    }

    @Test
    void aLaneThatLeavesTheKernelOpenTakesTheOneThatIsAskedFor() {
        ScenarioFile lazy = read(LANES, LATE).lanes().getFirst();
        KernelBuild asked = KernelSpec.parse("6.12").withCommandLine("quiet");
        assertThat(lazy.on(asked).spec()).isEqualTo("6.12");
        assertThat(lazy.on(asked).commandLine()).isEqualTo("quiet");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        "name": "strict"       | "name": "lazy"          | /lanes/1/name: two lanes are called 'lazy'
        "name": "strict"       | "name": "Not strict"    | /lanes/1/name: 'Not strict' is no name
        "name": "strict"       | "name": "strickt"       | there is no lane 'strict', did you mean 'strickt'
        "kernel": "6.4"        | "kernel": "6.5"         | /lanes/1/kernel: unknown kernel version '6.5'
        "title": "Strict"      | "titel": "Strict"       | did you mean 'title'
        "kernel": "6.4"        | "config": {"SMPP": "n"} | /lanes/1/config/SMPP: this board has no option 'SMPP'
        """)
    void badLanesAreToldWhereTheyStand(String good, String bad, String message) {
        assertThatThrownBy(() -> read(LANES.replace(good, bad), LATE))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(message);
    }

    @Test
    void oneLaneIsNone() {
        assertThatThrownBy(() -> read("\"lanes\": [ { \"name\": \"strict\", \"title\": \"Strict\" } ],", LATE))
                .hasMessageContaining("2 to 4 lanes");
        assertThatThrownBy(() -> read("", LATE)).hasMessageContaining("the story has no 'lanes'");
    }
}
