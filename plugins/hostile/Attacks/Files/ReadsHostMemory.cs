namespace Hostile.Attacks.Files;

public sealed class ReadsHostMemory : Attack
{
    public override string Title => "reads /proc/…/mem of the host's process";

    protected override string Run(Target target)
    {
        using var memory = File.OpenRead($"/proc/{target.HostProcess}/mem");
        memory.Seek(target.SecretAddress, SeekOrigin.Begin);
        var bytes = new byte[target.Secret.Length];
        memory.ReadExactly(bytes);
        return System.Text.Encoding.ASCII.GetString(bytes) == target.Secret ? "reached: the secret" : "stopped: it is another process";
    }
}
