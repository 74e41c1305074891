using System.Text.Json.Serialization;
using Berth.Lifecycle.Migration.Report;

namespace Berth.Lifecycle.Migration.Apply;

/// <summary>JSON of the journal and the report, generated at build.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(PackageDetail))]
[JsonSerializable(typeof(InstallationDetail))]
[JsonSerializable(typeof(MigrationReport))]
internal sealed partial class MigrationJson : JsonSerializerContext;
