using System.Buffers;

namespace Berth.Packaging.Scanning.Secrets;

/// <summary>A form of token that its issuer made to be recognised.</summary>
/// <param name="Kind">What it is, for a sentence.</param>
/// <param name="Prefix">How it begins.</param>
/// <param name="Alphabet">Characters that may follow.</param>
/// <param name="Min">How many at least.</param>
/// <param name="Max">How many at most.</param>
/// <param name="Severity">How bad it is to find one.</param>
internal sealed record SecretFormat(string Kind, string Prefix, SearchValues<char> Alphabet, int Min, int Max, Severity Severity = Severity.High)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static readonly SearchValues<char> Word = SearchValues.Create(Letters + "_-");
    private static readonly SearchValues<char> Plain = SearchValues.Create(Letters);
    private static readonly SearchValues<char> Upper = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly SearchValues<char> Dotted = SearchValues.Create(Letters + "_-.");
    private static readonly SearchValues<char> Slashed = SearchValues.Create(Letters + "/");

    public static IReadOnlyList<SecretFormat> All { get; } =
    [
        new("a Berth access token", "berth_pat_", Word, 20, 200),
        new("an AWS access key", "AKIA", Upper, 16, 16), new("a temporary AWS access key", "ASIA", Upper, 16, 16),
        new("a GitHub token", "ghp_", Plain, 36, 255), new("a GitHub token", "gho_", Plain, 36, 255), new("a GitHub token", "ghu_", Plain, 36, 255), new("a GitHub token", "ghs_", Plain, 36, 255), new("a GitHub token", "ghr_", Plain, 36, 255), new("a GitHub token", "github_pat_", Word, 40, 255),
        new("a GitLab token", "glpat-", Word, 20, 64), new("a GitLab token", "gldt-", Word, 20, 64), new("a GitLab token", "glrt-", Word, 20, 64), new("a GitLab token", "glptt-", Word, 20, 64),
        new("an npm token", "npm_", Plain, 36, 36), new("a PyPI token", "pypi-AgEIcHlwaS5vcmc", Word, 50, 255), new("a NuGet key", "oy2", Plain, 43, 43), new("a Docker Hub token", "dckr_pat_", Word, 20, 64),
        new("a Slack token", "xoxb-", Word, 20, 255), new("a Slack token", "xoxp-", Word, 20, 255), new("a Slack token", "xoxa-", Word, 20, 255), new("a Slack token", "xoxs-", Word, 20, 255), new("a Slack token", "xapp-", Word, 20, 255), new("a Slack webhook", "hooks.slack.com/services/", Slashed, 40, 120),
        new("a Stripe key", "sk_live_", Plain, 16, 255), new("a Stripe key", "rk_live_", Plain, 16, 255), new("a Stripe test key", "sk_test_", Plain, 16, 255, Severity.Low), new("a Stripe webhook secret", "whsec_", Plain, 24, 255),
        new("a Google key", "AIza", Word, 35, 35, Severity.Medium), new("a Google client secret", "GOCSPX-", Word, 24, 40), new("a Google access token", "ya29.", Word, 40, 255),
        new("a SendGrid key", "SG.", Dotted, 60, 70), new("an OpenAI key", "sk-proj-", Word, 40, 255), new("an Anthropic key", "sk-ant-", Word, 40, 255), new("a Hugging Face token", "hf_", Plain, 34, 40),
        new("a DigitalOcean token", "dop_v1_", Hex, 64, 64), new("a Shopify token", "shpat_", Hex, 32, 32), new("a Vault token", "hvs.", Word, 24, 255), new("a Databricks token", "dapi", Hex, 32, 32), new("a Linear key", "lin_api_", Plain, 32, 64), new("a Doppler token", "dp.pt.", Plain, 40, 64), new("an Azure storage key", "AccountKey=", SearchValues.Create(Letters + "+/="), 86, 90),
    ];

    /// <summary>Whether a token of this form begins at the prefix found at <paramref name="at"/>.</summary>
    public bool IsAt(ReadOnlySpan<char> text, int at)
    {
        if (at > 0 && (char.IsAsciiLetterOrDigit(text[at - 1]) || text[at - 1] == '_'))
            return false;
        var rest = text[(at + Prefix.Length)..];
        var length = rest[..Math.Min(rest.Length, Max + 1)].IndexOfAnyExcept(Alphabet);
        if (length < 0)
            length = Math.Min(rest.Length, Max + 1);
        return length >= Min && length <= Max && !IsPlaceholder(rest[..length]);
    }

    /// <summary>Examples of documentation: AKIAIOSFODNN7EXAMPLE, xxxxxxxx, 1234567890….</summary>
    internal static bool IsPlaceholder(ReadOnlySpan<char> value) =>
        Entropy.Of(value) < 2.5 || value.Contains("EXAMPLE", StringComparison.OrdinalIgnoreCase) || value.Contains("xxxxx", StringComparison.OrdinalIgnoreCase) || value.Contains("placeholder", StringComparison.OrdinalIgnoreCase)
        || value.Contains("your", StringComparison.OrdinalIgnoreCase) || value.Contains("changeme", StringComparison.OrdinalIgnoreCase) || value.Contains("123456789", StringComparison.Ordinal) || value.Contains("abcdefghij", StringComparison.OrdinalIgnoreCase);
}
