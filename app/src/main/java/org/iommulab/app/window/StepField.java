package org.iommulab.app.window;

import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import org.iommulab.app.playback.Playback;

/** {@code 148 / 212}: where we are; a number typed in goes there. */
final class StepField extends HBox {
    private final TextField field = new TextField();
    private final Label length = new Label();
    private final Playback playback;

    StepField(Playback playback) {
        this.playback = playback;
        getStyleClass().add("step-field");
        setAlignment(Pos.CENTER_LEFT);
        setMinWidth(Region.USE_PREF_SIZE);
        field.setId("step");
        field.getStyleClass().addAll("mono", "step-entry");
        field.setAccessibleText("Step");
        field.setAlignment(Pos.CENTER_RIGHT);
        length.getStyleClass().addAll("mono", "muted");
        length.setMinWidth(Region.USE_PREF_SIZE);
        getChildren().addAll(field, length);
        playback.nowProperty()
                .subscribe(now -> now.ifPresent(found -> {
                    length.setText("/ " + found.length());
                    field.setPrefColumnCount(
                            Math.max(3, Integer.toString(found.length()).length()));
                    if (!field.isFocused()) {
                        write();
                    }
                }));
        // A text that was set while the field was narrower stays scrolled out of sight.
        field.widthProperty().addListener(_ -> {
            if (!field.isFocused()) {
                field.clear();
                write();
            }
        });
        field.focusedProperty().subscribe(focused -> {
            if (!focused) {
                write();
            }
        });
        field.setOnAction(_ -> enter());
        field.setOnKeyPressed(event -> {
            if (event.getCode() == KeyCode.ESCAPE) {
                leave();
                event.consume();
            }
        });
    }

    private void write() {
        playback.nowProperty().get().ifPresent(now -> field.setText(Integer.toString(now.step())));
    }

    private void enter() {
        String digits = field.getText().strip();
        if (digits.matches("\\d{1,9}")) {
            playback.go(Integer.parseInt(digits));
            leave();
        } else {
            write();
            field.selectAll();
        }
    }

    private void leave() {
        getScene().getRoot().requestFocus();
    }
}
