export default { 'room.x': 'x' };
