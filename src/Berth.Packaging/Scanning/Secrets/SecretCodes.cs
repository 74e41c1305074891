namespace Berth.Packaging.Scanning.Secrets;

/// <summary>Findings of secrets.</summary>
internal static class SecretCodes
{
    private const string Revoke = "Revoke it now, whoever downloads the package has it; read it from the plugin's settings (a secret field) instead.";

    public static readonly FindingCode Token = new("scan.secrets.token", Severity.High, Revoke);
    public static readonly FindingCode PrivateKey = new("scan.secrets.private_key", Severity.High, "Make a new key and withdraw this one; keep keys outside the package.");
    public static readonly FindingCode JsonWebToken = new("scan.secrets.jwt", Severity.Medium, Revoke);
    public static readonly FindingCode Assignment = new("scan.secrets.assignment", Severity.Medium, "If it is a secret, revoke it and read it from the plugin's settings; if not, name it otherwise.");
    public static readonly FindingCode Password = new("scan.secrets.password_in_address", Severity.High, "Change the password, and read the address from the plugin's settings.");
    public static readonly FindingCode File = new("scan.secrets.file", Severity.Medium, "Leave the file out of the package.");
    public static readonly FindingCode TooLarge = new("scan.secrets.too_large", Severity.Low, "Leave out what the plugin does not need.");

    public static IReadOnlyList<FindingCode> All { get; } = [Token, PrivateKey, JsonWebToken, Assignment, Password, File, TooLarge];
}
