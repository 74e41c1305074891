namespace Hostile.Attacks.Files;

public sealed class ReadsDevices : Attack
{
    public override string Title => "reads the machine's disks and memory through /dev";

    protected override string Run(Target target)
    {
        string? last = null;
        foreach (var path in new[] { "/dev/vda", "/dev/sda", "/dev/nvme0n1", "/dev/dm-0", "/dev/mem", "/dev/port", "/dev/kmsg" })
        {
            try
            {
                using var file = File.OpenRead(path);
                return $"reached: {path}";
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                last = exception.Message;
            }
        }

        return $"stopped: {last}";
    }
}
