package org.iommulab.app.window;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javafx.beans.binding.Bindings;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.RadioMenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.control.Slider;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.iommulab.app.playback.LivePlayback;
import org.iommulab.app.playback.RunSource;
import org.iommulab.app.playback.Story;
import org.iommulab.app.words.KernelNames;
import org.iommulab.board.Registry;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Level;
import org.iommulab.kernel.Version;

/** The top row. Every button is an entry of the table of actions. */
final class Toolbar extends HBox {
    private final LivePlayback playback;
    private final Actions actions;

    Toolbar(LivePlayback playback, RunSource source, Actions actions, Node find) {
        this.playback = playback;
        this.actions = actions;
        getStyleClass().add("top");
        setAlignment(Pos.CENTER_LEFT);
        var title = new Label("IOMMU Lab");
        title.getStyleClass().add("app-title");
        title.setMinWidth(Region.USE_PREF_SIZE);
        HBox.setHgrow(find, Priority.SOMETIMES);
        getChildren()
                .addAll(
                        whenWiderThan(27, title),
                        stories(source),
                        kernels(),
                        filler(),
                        cluster(
                                icon("first", Icon.FIRST),
                                icon("back", Icon.BACK),
                                play(),
                                icon("into", Icon.FORWARD),
                                icon("last", Icon.LAST)),
                        whenWiderThan(25, cluster(words("into", "Into"), words("over", "Over"), words("out", "Out"))),
                        whenWiderThan(26, speed()),
                        new StepField(playback),
                        filler(),
                        find,
                        icon("theme", Icon.THEME),
                        menu());
    }

    /** Takes a part out while the bar is narrower than so many of its heights, which grow with the text. */
    private <T extends Node> T whenWiderThan(double heights, T part) {
        part.visibleProperty().bind(widthProperty().greaterThan(heightProperty().multiply(heights)));
        part.managedProperty().bind(part.visibleProperty());
        return part;
    }

    private static Region filler() {
        var filler = new Region();
        filler.setMinWidth(0);
        HBox.setHgrow(filler, Priority.SOMETIMES);
        return filler;
    }

    private static HBox cluster(Node... nodes) {
        var cluster = new HBox(nodes);
        cluster.getStyleClass().add("cluster");
        cluster.setAlignment(Pos.CENTER);
        cluster.setMinWidth(Region.USE_PREF_SIZE);
        return cluster;
    }

    // ---- choosers

    private MenuButton stories(RunSource source) {
        var chooser = new MenuButton();
        chooser.setId("stories");
        chooser.getStyleClass().add("chooser");
        // One menu for each driver's stories, once there are several drivers.
        Map<String, List<Story>> shelves = source.stories().stream()
                .collect(Collectors.groupingBy(Story::shelf, TreeMap::new, Collectors.toList()));
        shelves.forEach((driver, stories) -> {
            List<MenuItem> items = stories.stream().map(this::item).toList();
            if (shelves.size() == 1) {
                chooser.getItems().addAll(items);
            } else {
                var menu = new Menu(driver);
                menu.getItems().addAll(items);
                chooser.getItems().add(menu);
            }
        });
        chooser.getItems()
                .addAll(new SeparatorMenuItem(), item("find"), item("open"), item("what-breaks"), item("decode"));
        playback.storyProperty().subscribe(story -> {
            String title = story.map(Story::title).orElse("No story");
            chooser.setText(title);
            chooser.setAccessibleText("Story: " + title);
        });
        return chooser;
    }

    private MenuItem item(Story story) {
        var item = new MenuItem(story.title());
        item.setOnAction(_ -> playback.begin(story));
        return item;
    }

    private MenuButton kernels() {
        var chooser = new MenuButton();
        chooser.setId("kernels");
        chooser.getStyleClass().add("chooser");
        for (Level level : Level.SERIES) {
            chooser.getItems().add(kernel(level.build()));
        }
        chooser.getItems().add(new SeparatorMenuItem());
        for (Version version : Version.values()) {
            KernelBuild build = KernelBuild.of(version);
            if (Level.SERIES.stream().noneMatch(level -> level.build().equals(build))) {
                chooser.getItems().add(kernel(build));
            }
        }
        Registry.backends().stream()
                .flatMap(backend -> backend.furtherLevels().stream())
                .forEach(level -> chooser.getItems().add(kernel(level.build())));
        playback.kernelProperty().subscribe(build -> {
            chooser.setText(KernelNames.title(build));
            chooser.setAccessibleText("Kernel: " + KernelNames.title(build));
            chooser.getItems().stream()
                    .filter(RadioMenuItem.class::isInstance)
                    .map(RadioMenuItem.class::cast)
                    .forEach(item -> item.setSelected(build.equals(item.getUserData())));
        });
        // On a captured machine runs its own kernel, and it is in the last row.
        chooser.visibleProperty()
                .bind(Bindings.createBooleanBinding(
                        () -> playback.storyProperty()
                                .get()
                                .filter(Story::captured)
                                .isEmpty(),
                        playback.storyProperty()));
        chooser.managedProperty().bind(chooser.visibleProperty());
        return chooser;
    }

    private RadioMenuItem kernel(KernelBuild build) {
        var item = new RadioMenuItem(KernelNames.title(build));
        item.setUserData(build);
        item.setOnAction(_ -> playback.kernel(build));
        return item;
    }

    // ---- buttons

    private Button button(String id) {
        Action action = actions.get(id);
        var button = new Button();
        button.getStyleClass().add("tool");
        button.setOnAction(_ -> action.perform());
        button.disableProperty().bind(action.off());
        // Else the focus would wander to the next control, and the arrow keys with it.
        button.disabledProperty().subscribe(off -> {
            if (off && button.isFocused()) {
                button.getScene().getRoot().requestFocus();
            }
        });
        button.setTooltip(new Tooltip(
                action.keysText().isEmpty() ? action.title() : action.title() + "  (" + action.keysText() + ")"));
        button.setAccessibleText(action.title());
        button.setMinWidth(Region.USE_PREF_SIZE);
        return button;
    }

    private Button icon(String id, Icon icon) {
        Button button = button(id);
        button.setId("tool-" + id + "-" + icon.name().toLowerCase(java.util.Locale.ROOT));
        button.setGraphic(icon.node());
        button.getStyleClass().add("icon-tool");
        return button;
    }

    private Button words(String id, String text) {
        Button button = button(id);
        button.setText(text);
        return button;
    }

    private Button play() {
        Button button = icon("play", Icon.PLAY);
        button.getStyleClass().add("play-tool");
        var play = button.getGraphic();
        var pause = Icon.PAUSE.node();
        button.graphicProperty()
                .bind(Bindings.when(playback.playingProperty()).then(pause).otherwise((Region) play));
        return button;
    }

    private Slider speed() {
        // Powers of two from one step a second to a thousand.
        var slider = new Slider(0, 10, Math.log(playback.speedProperty().get()) / Math.log(2));
        slider.setId("speed");
        slider.getStyleClass().add("speed");
        slider.setAccessibleText("Steps a second");
        var tooltip = new Tooltip();
        slider.setTooltip(tooltip);
        slider.valueProperty().subscribe(value -> {
            double speed = Math.pow(2, value.doubleValue());
            playback.speedProperty().set(speed);
        });
        playback.speedProperty().subscribe(speed -> tooltip.setText(speedWords(speed.doubleValue())));
        playback.storyProperty()
                .subscribe(
                        _ -> tooltip.setText(speedWords(playback.speedProperty().get())));
        return slider;
    }

    /** A trace is played in its own time. */
    private String speedWords(double speed) {
        if (playback.storyProperty().get().map(Story::kind).equals(Optional.of(Story.Kind.TRACE))) {
            double times = speed / LivePlayback.USUAL_SPEED;
            return String.format(Locale.ROOT, "%.3g times as fast as it happened while it plays", times);
        }
        return Math.round(speed) + " steps a second while it plays";
    }

    // ---- menu

    private MenuButton menu() {
        var menu = new MenuButton("", Icon.MENU.node());
        menu.setId("menu");
        menu.getStyleClass().addAll("tool", "icon-tool", "menu-tool");
        menu.setAccessibleText("More");
        menu.setMinWidth(Region.USE_PREF_SIZE);
        for (String id : new String[] {
            "open", "what-breaks", "why", "compare", "lanes", "bisect", "patches", "projector", "text", "fit", "help"
        }) {
            menu.getItems().add(item(id));
        }
        return menu;
    }

    private MenuItem item(String id) {
        Action action = actions.get(id);
        var item = new MenuItem(action.title());
        action.keys().ifPresent(item::setAccelerator);
        item.setOnAction(_ -> action.perform());
        return item;
    }
}
