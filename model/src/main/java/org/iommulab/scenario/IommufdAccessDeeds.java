package org.iommulab.scenario;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.iommulab.board.ConfigValue;
import org.iommulab.user.iommufd.IommufdAccess;
import org.iommulab.user.iommufd.IommufdCtx;

/** What a story's mediated devices do with iommufd. */
final class IommufdAccessDeeds {
    private final Function<String, IommufdCtx> opened;
    private final ToIntFunction<String> numbers;
    private final Map<String, IommufdAccess> accesses = new HashMap<>();

    /**
     * @param opened the story's files by their names
     * @param numbers of its objects
     */
    IommufdAccessDeeds(Function<String, IommufdCtx> opened, ToIntFunction<String> numbers) {
        this.opened = opened;
        this.numbers = numbers;
    }

    /** Knows what another knows, too. */
    void know(IommufdAccessDeeds other) {
        accesses.putAll(other.accesses);
    }

    long run(IommufdAccessAction action) {
        return switch (action) {
            case IommufdAccessAction.IommufdAccess access -> {
                accesses.put(
                        access.name(),
                        IommufdAccess.create(
                                opened.apply(access.iommufd()),
                                access.stubborn().filter(ConfigValue::isYes).isEmpty()));
                yield 0;
            }
            case IommufdAccessAction.IommufdAccessAttach(String access, String ioas) ->
                access(access).attach(numbers.applyAsInt(ioas));
            case IommufdAccessAction.IommufdAccessDetach(String access) -> {
                access(access).detach();
                yield 0;
            }
            case IommufdAccessAction.IommufdPin pin ->
                access(pin.access()).pin(pin.iova(), pin.size(), (pin.prot().ordinal() & 2) != 0);
            case IommufdAccessAction.IommufdUnpin unpin -> {
                if (!access(unpin.access()).unpin(unpin.iova(), unpin.size())) {
                    throw new StoryBroken("'" + unpin.access() + "' has not pinned this range");
                }
                yield 0;
            }
            case IommufdAccessAction.IommufdAccessClose(String access) -> {
                access(access).destroyByDriver();
                accesses.remove(access);
                yield 0;
            }
        };
    }

    private IommufdAccess access(String name) {
        return Deeds.named(accesses, name, "access");
    }
}
