package org.iommulab.app.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SourceIndexTest {
    private static final List<String> LINES = List.of(
            "class Attaching {",
            "    private static final Term DETACH =",
            "            Term.function(\"iommu_detach_device\", IOMMU_C);",
            "    private static final Term ATTACH = Term.function(\"driver_attach\", DRIVER_C);",
            "    // DETACH is spoken of here",
            "    OpsTable table() {",
            "        return OpsTable.named(\"x\", \"x_ops\")",
            "                .with(Callback.ATTACH_DEV, ATTACH, (OpsTable.AttachDev) this::attach)",
            "                .build();",
            "    }",
            "    void detach() {",
            "        kernel.run(DETACH, device, () -> {",
            "            other(WARNED);",
            "        });",
            "    }",
            "    private long attach(IommuDomain domain) {",
            "        return 0;",
            "    }",
            "    static final Term WARNED = Term.function(\"warned\", \"\");",
            "}");
    private final SourceIndex index = new SourceIndex(Map.of("org/iommulab/core/Attaching.java", LINES));

    private static Optional<SourcePlace> line(int line) {
        return Optional.of(new SourcePlace("org/iommulab/core/Attaching.java", line));
    }

    @Test
    void aFunctionLeadsToItsCallNotToItsMention() {
        assertThat(index.of("iommu_detach_device")).isEqualTo(line(12));
    }

    @Test
    void aCallbackLeadsToTheMethodBehindIt() {
        assertThat(index.of("driver_attach")).isEqualTo(line(16));
    }

    @Test
    void whatHappensInACallIsFoundBelowIt() {
        assertThat(index.within(new SourcePlace("org/iommulab/core/Attaching.java", 12), "warned", 20))
                .isEqualTo(line(13));
        assertThat(index.within(new SourcePlace("org/iommulab/core/Attaching.java", 12), "nothing", 20))
                .isEmpty();
    }

    @Test
    void anUnknownNameLeadsNowhere() {
        assertThat(index.of("no_such_function")).isEmpty();
    }

    @Test
    void theModelCarriesItsSources() {
        SourceIndex model = SourceIndex.ofModel();
        SourcePlace place = model.of("__iommu_group_set_domain").orElseThrow();
        assertThat(place.file()).isEqualTo("org/iommulab/core/PlainSetDomain.java");
        assertThat(model.lines(place.file()).get(place.line() - 1)).contains("SET_DOMAIN");
    }

    @Test
    void anActOfAStoryLeadsToTheOnePlaceThatTellsActs() {
        SourceIndex model = SourceIndex.ofModel();
        assertThat(model.of("act").map(SourcePlace::file)).contains("org/iommulab/scenario/StoryAct.java");
    }
}
