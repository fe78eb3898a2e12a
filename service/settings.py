"""Settings: environment variables `STRATEGI_*`, then a TOML file, then these defaults.

Nothing is created or read on import; callers make a `Settings` and pass it on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from models.errors import BadSettings

FILE = "strategi.toml"
"""Looked for in the data folder."""


class Settings(BaseSettings):
    """What can be set. Sizes are in bytes, times in seconds."""

    model_config = SettingsConfigDict(env_prefix="STRATEGI_", extra="forbid", frozen=True)

    data: Path = Path("strategi-data")
    encoder: str | None = Field(
        None, description="a sentence-transformers model or folder; empty: the bundled one"
    )
    cache: Path | None = Field(None, description="where the bundled encoder is kept once built")
    threads: int | None = Field(None, ge=1, le=256, description="threads of the encoder; empty: all cores")
    workers: int = Field(2, ge=1, le=64, description="files read at the same time")
    max_bytes: int = Field(200_000_000, ge=1, description="largest PDF taken")
    max_pages: int = Field(5_000, ge=1, description="longest PDF taken")
    seconds_per_page: float = Field(30.0, gt=0)
    seconds_per_file: float = Field(900.0, gt=0)
    ocr: bool = Field(True, description="read pages that are pictures with Tesseract, where it is installed")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65_535)
    narrator_url: str | None = Field(
        None,
        pattern=r"^https?://",
        description="an OpenAI-compatible address, such as http://127.0.0.1:11434/v1; empty: no narration",
    )
    narrator_model: str = "default"
    narrator_key: SecretStr | None = Field(None, description="from the environment; never shown")
    narrator_seconds: float = Field(20.0, gt=0, le=600)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line, then environment, then the file."""
        path = settings_cls.model_config.get("toml_file")
        toml = (TomlConfigSettingsSource(settings_cls, path),) if path else ()
        return (init_settings, env_settings, *toml)


def load_settings(data: Path, **given: Any) -> Settings:
    """Return the settings for a data folder; what is given goes before everything else.

    Raises: BadSettings.
    """
    file = data / FILE

    class Filed(Settings):
        model_config = SettingsConfigDict(toml_file=file if file.exists() else None)

    try:
        settings = Filed(data=data, **{key: value for key, value in given.items() if value is not None})
        return Settings.model_construct(**{name: getattr(settings, name) for name in Settings.model_fields})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or FILE
        raise BadSettings(f"The setting “{where}” cannot be used: {first['msg']}.", subject=where) from error
    except (OSError, ValueError) as error:
        raise BadSettings(f"The settings file {FILE} cannot be read: {error}.", subject=FILE) from error
