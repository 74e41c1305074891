using System.Text.Json.Serialization;

namespace Berth.Server.GitHub;

/// <summary>Answer of the releases API, as far as it is read here.</summary>
internal sealed record GitHubRelease(string? TagName, IReadOnlyList<GitHubAsset>? Assets);

/// <summary>One file of a release.</summary>
internal sealed record GitHubAsset(string? Name, string? Url, long Size);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(GitHubRelease))]
internal sealed partial class GitHubJson : JsonSerializerContext;
