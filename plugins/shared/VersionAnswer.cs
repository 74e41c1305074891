namespace Plugins.Http;

/// <summary>What <c>GET /version</c> answers: which version serves the caller.</summary>
public sealed record VersionAnswer(string Slug, string Version);
