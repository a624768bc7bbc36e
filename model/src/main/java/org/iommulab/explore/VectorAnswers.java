package org.iommulab.explore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.GoldenRun;

/**
 * What the lab answers to a case.
 *
 * @param operations one for each operation
 * @param checkpoints the tables after some operations
 * @param hasLog whether invalidations mean anything
 */
record VectorAnswers(
        List<Answer> operations,
        List<Long> bases,
        Map<String, Long> registers,
        List<GoldenRun.Table> tables,
        Map<Integer, List<GoldenRun.Table>> checkpoints,
        List<GoldenRun.Invalidation> invalidations,
        boolean hasLog) {

    /** The answer to an operation; only what its kind has is meant. */
    record Answer(int ret, long mapped, long unmapped, long pa, int warnings) {}

    static VectorAnswers of(VectorCase asked, GoldenFormat format, Set<Integer> checkpointsAfter) {
        GoldenRun run = format.start(asked.goldenConfig());
        var answers = new ArrayList<Answer>();
        var checkpoints = new LinkedHashMap<Integer, List<GoldenRun.Table>>();
        for (VectorCase.Operation op : asked.operations()) {
            int number = answers.size();
            run.begin(number);
            answers.add(answer(run, op));
            if (checkpointsAfter.contains(number)) {
                checkpoints.put(number, run.tables());
            }
        }
        return new VectorAnswers(
                answers,
                run.bases(),
                run.registers(),
                run.tables(),
                checkpoints,
                run.invalidations(),
                run.hasInvalidations());
    }

    private static Answer answer(GoldenRun run, VectorCase.Operation op) {
        return switch (op.kind()) {
            case MAP -> {
                var mapped = run.map(op.iova(), op.pa(), op.pageBytes(), op.count(), op.prot());
                yield new Answer(mapped.ret(), mapped.mapped(), 0, 0, run.warnings());
            }
            case UNMAP -> {
                long unmapped = run.unmap(op.iova(), op.pageBytes(), op.count());
                yield new Answer(0, 0, unmapped, 0, run.warnings());
            }
            case IOVA_TO_PHYS -> new Answer(0, 0, 0, run.iovaToPhys(op.iova()), run.warnings());
        };
    }
}
