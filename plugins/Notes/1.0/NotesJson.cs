using System.Text.Json;
using System.Text.Json.Serialization;
using Plugins.Http;

namespace Notes;

/// <summary>Source-generated JSON: reflection would keep the plugin in memory after its unloading.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Note))]
[JsonSerializable(typeof(NoteDraft))]
[JsonSerializable(typeof(NoteList))]
[JsonSerializable(typeof(NotesSettings))]
[JsonSerializable(typeof(NewerEntry))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(VersionAnswer))]
public sealed partial class NotesJson : JsonSerializerContext;
