package org.iommulab.explore;

import static org.iommulab.explore.VectorTables.hex;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.iommulab.core.DmaCookies;
import org.iommulab.core.DomainType;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuCore;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Machine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The cases about iommu_map and iommu_unmap: the lab's own core, on a machine with nothing but a {@link ModelDriver}. */
record CoreCases(JsonMapper json) implements CaseRunner {
    /** @param result what iommu_map or iommu_unmap returned */
    private record Answer(long result, List<DriverCall> calls) {}

    private static final DmaCookies NO_DMA_API = new DmaCookies() {
        @Override
        public long get(IommuDomain domain) {
            return 0;
        }

        @Override
        public void put(IommuDomain domain) {}
    };

    private static List<Answer> run(CoreCase asked) {
        Machine machine = Machine.unrecorded();
        var kernel = new Kernel(machine, KernelBuild.of(Version.V6_1), Map.of());
        var core = new IommuCore(kernel, NO_DMA_API);
        var driver = new ModelDriver(machine, asked);
        IommuDomain domain = core.domains()
                .alloc(new DriverOps(kernel, driver::table), DomainType.UNMANAGED)
                .orElseThrow();
        var answers = new ArrayList<Answer>();
        for (CoreCase.Operation op : asked.operations()) {
            long result = op.map()
                    ? core.mapping().map(domain, op.iova(), op.pa(), op.size(), 0)
                    : core.mapping().unmap(domain, op.iova(), op.size());
            answers.add(new Answer(result, driver.takeCalls()));
        }
        return answers;
    }

    @Override
    public Optional<String> difference(JsonNode file) {
        CoreCase asked = CoreCase.of(file);
        List<Answer> answers = run(asked);
        for (int i = 0; i < answers.size(); i++) {
            CoreCase.Operation op = asked.operations().get(i);
            var difference = difference(op, answers.get(i));
            if (difference.isPresent()) {
                return Optional.of("op " + i + " " + op.source().path("op").asString() + ": " + difference.get());
            }
        }
        return Optional.empty();
    }

    private static Optional<String> difference(CoreCase.Operation op, Answer answer) {
        List<String> wanted = StreamSupport.stream(op.source().path("calls").spliterator(), false)
                .map(DriverCall::text)
                .toList();
        List<String> calls = answer.calls().stream().map(DriverCall::text).toList();
        for (int i = 0; i < Math.max(wanted.size(), calls.size()); i++) {
            String want = i < wanted.size() ? wanted.get(i) : "nothing";
            String have = i < calls.size() ? calls.get(i) : "nothing";
            if (!want.equals(have)) {
                return Optional.of("call " + i + ": " + have + " instead of " + want);
            }
        }
        String field = op.map() ? "ret" : "unmapped";
        long expected = VectorCase.number(op.source().path(field), field);
        return expected == answer.result()
                ? Optional.empty()
                : Optional.of(field + " " + hex(answer.result()) + " instead of " + hex(expected));
    }

    @Override
    public ObjectNode answers(JsonNode file) {
        CoreCase asked = CoreCase.of(file);
        List<Answer> answers = run(asked);
        ObjectNode written = json.createObjectNode();
        written.put("format", CoreCase.FORMAT);
        written.set("config", asked.config());
        ArrayNode ops = written.putArray("ops");
        for (int i = 0; i < answers.size(); i++) {
            CoreCase.Operation op = asked.operations().get(i);
            ObjectNode node = ops.addObject();
            for (String field : List.of("op", "iova", "pa", "size")) {
                if (op.source().has(field)) {
                    node.set(field, op.source().path(field));
                }
            }
            if (op.map()) {
                node.put("ret", (int) answers.get(i).result());
            } else {
                node.put("unmapped", hex(answers.get(i).result()));
            }
            ArrayNode calls = node.putArray("calls");
            answers.get(i).calls().forEach(c -> c.addTo(calls));
        }
        return written;
    }
}
