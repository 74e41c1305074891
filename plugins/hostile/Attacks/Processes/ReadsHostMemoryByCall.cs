namespace Hostile.Attacks.Processes;

public sealed class ReadsHostMemoryByCall : Attack
{
    public override string Title => "reads the host's memory (process_vm_readv)";

    protected override string Run(Target target)
    {
        var bytes = Sys.Bytes(new byte[target.Secret.Length]);
        var local = Sys.Bytes([.. BitConverter.GetBytes(bytes), .. BitConverter.GetBytes((long)target.Secret.Length)]);
        var remote = Sys.Bytes([.. BitConverter.GetBytes(target.SecretAddress), .. BitConverter.GetBytes((long)target.Secret.Length)]);
        if (Sys.Call(310, 270, target.HostProcess, local, 1, remote, 1) < 0)
            return Sys.Stopped("process_vm_readv");
        return System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)bytes, target.Secret.Length) == target.Secret ? "reached: the secret" : "stopped: it is another process";
    }
}
