namespace BffBroker.Sessions;

/// <summary>Makes the next use of the key ring read it anew: another node may have added a key since.</summary>
internal delegate void ReloadKeyRing();
