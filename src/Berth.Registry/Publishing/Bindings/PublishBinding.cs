namespace Berth.Registry.Publishing.Bindings;

/// <summary>Continuous integration that may publish a plugin: what its identity token must say.</summary>
/// <param name="Id">32 hexadecimal digits.</param>
/// <param name="Slug">The plugin.</param>
/// <param name="Issuer">Who issues the token (<c>iss</c>).</param>
/// <param name="Audience">For whom (<c>aud</c>).</param>
/// <param name="Repository"><c>owner/name</c> (GitHub) or the project's path (GitLab).</param>
/// <param name="Workflow">The workflow's file, for example <c>release.yml</c>, or <c>.gitlab-ci.yml</c>.</param>
/// <param name="Environment">The deployment environment, if only that one may.</param>
/// <param name="CreatedBy">Who made it, and for whom its publishes count.</param>
/// <param name="CreatedAt">When.</param>
public sealed record PublishBinding(
    string Id, string Slug, string Issuer, string Audience, string Repository, string Workflow, string? Environment, string CreatedBy, DateTimeOffset CreatedAt);

/// <summary>What a verified identity token says, as far as bindings ask.</summary>
/// <param name="Issuer"><c>iss</c>.</param>
/// <param name="Audiences"><c>aud</c>.</param>
/// <param name="TokenId"><c>jti</c>.</param>
/// <param name="Repository">The repository or project.</param>
/// <param name="Workflow">The workflow's file.</param>
/// <param name="Environment">The deployment environment, if one is named.</param>
/// <param name="Provenance">Claims that tell where the version comes from, as a JSON object; kept.</param>
public sealed record IntegrationIdentity(
    string Issuer, IReadOnlyList<string> Audiences, string TokenId, string Repository, string Workflow, string? Environment, string Provenance);
