package org.iommulab.explore;

import java.util.Optional;
import java.util.Set;
import org.iommulab.pagetable.golden.GoldenFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The cases of a page-table format. */
record TableCases(GoldenFormat format, VectorWriter writer) implements CaseRunner {
    @Override
    public Optional<String> difference(JsonNode file) {
        VectorCase asked = VectorCase.of(file);
        VectorAnswers got = VectorAnswers.of(asked, format, VectorCheck.checkpoints(file));
        return VectorCheck.difference(file, asked, got);
    }

    @Override
    public ObjectNode answers(JsonNode file) {
        VectorCase asked = VectorCase.of(file);
        return writer.write(asked, VectorAnswers.of(asked, format, Set.of()));
    }
}
