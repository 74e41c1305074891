namespace Hostile.Attacks.Kernel;

public sealed class OpensKernelDevices : Attack
{
    public override string Title => "opens devices of the kernel that are open to everybody (/dev/fuse, /dev/kvm)";

    protected override string Run(Target target)
    {
        string? last = null;
        foreach (var path in new[] { "/dev/kvm", "/dev/fuse", "/dev/net/tun", "/dev/vsock", "/dev/userfaultfd" })
        {
            try
            {
                using var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
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
